#pragma once

#include <optional>

#include "plumbline/objective/objective.hpp"

namespace plumbline {

/// A step t in (0, 1) along from → to that decreases f enough after the full step did not: backtracking with quadratic
/// and cubic models (Nocedal and Wright 2006, §3.5) on cached predictors, so that X is not read. `start` is value and
/// slope at t = 0. Sufficient decrease is φ(t) <= φ(0) + 1e-4 t φ'(0), with the objective's resolution as slack. None
/// if 60 halvings do not help.
std::optional<double> backtrack(Objective& f, const Vector& from, const Vector& to, const LinePoint& start);

/// A step t >= 1 along from → to, for directions without curvature to say how far they lead: t = 1, 2, 4, … as long as
/// f falls on, on cached predictors. At most 2^20.
double extend(Objective& f, const Vector& from, const Vector& to);

/// Whether a step of length t to `value` decreases f enough.
bool decreases_enough(const Objective& f, const LinePoint& start, double t, double value);

}  // namespace plumbline
