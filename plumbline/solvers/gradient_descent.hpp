#pragma once

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/fixed_step.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct GradientDescentOptions : FixedStepOptions {};

/// Gradient descent with a fixed step, as the subject teaches it (C.4.3, N2.3): w ← w − η ∇f(w) until ‖w_{t+1} − w_t‖²
/// < ε. No line search, no safeguard: a step that is too large diverges, and the run then ends `non_finite` (see
/// Walk::finish). Where f has kinks, ∇f is the subgradient that the loss gives. One pass over X an iteration. Throws
/// Cancelled.
SolverRun minimise_by_gradient_descent(Objective& f, Vector w, const GradientDescentOptions& options,
                                       const Monitor& monitor);

}  // namespace plumbline
