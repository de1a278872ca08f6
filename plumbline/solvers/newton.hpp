#pragma once

#include <cstddef>
#include <optional>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct NewtonOptions {
  std::size_t max_iterations = 100;
  std::optional<double> tolerance;  ///< stop at ‖g‖ <= tolerance·max(1, ‖w‖) instead of at full precision

  void validate() const;
};

/// Newton's method with the assembled Hessian: full steps where they decrease f enough, else the step that a line
/// search on cached predictors finds. One pass over X an iteration (value, gradient and Hessian together). After the
/// Newton decrement is below the certificate's bound, a few steps with the last factor (gradient passes only) take w to
/// where rounding stops it. Where the Hessian is not definite (a loss that is not convex) the step is taken on a
/// shifted one, which still goes downhill, and no decrement is claimed; such a point ends the run as a
/// `precision_limit` if it is a saddle. Throws Cancelled; everything numerical is in the result.
SolverRun minimise_by_newton(TwiceObjective& f, Vector w, const NewtonOptions& options, const Monitor& monitor);

}  // namespace plumbline
