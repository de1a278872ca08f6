#pragma once

#include <optional>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/fixed_step.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct NesterovOptions : FixedStepOptions {
  std::optional<double> momentum;  ///< λ, the same at every step, instead of the growing sequence with restarts

  void validate() const;
};

/// Nesterov's accelerated gradient with a fixed step (Nesterov 1983; 2004, §2.2):
///
///   x_{t+1} = y_t − η ∇f(y_t),  y_{t+1} = x_{t+1} + λ_t (x_{t+1} − x_t),  x_0 = y_0 = w,
///
/// λ_t = t/(t + 3), counted from the last restart: whenever the gradient at y_t points along the move x_{t+1} − x_t,
/// momentum has carried too far, and it is dropped (O'Donoghue and Candès 2015, §3.2). That needs no knowledge of how
/// strongly convex f is: for η <= 1/L the error falls like 1/t² and, on a strongly convex f, like exp(−t/√κ) to within
/// constants, where gradient descent has exp(−t/κ). The weights reported and returned are the y_t, where gradients are
/// taken. Stops when ‖x_{t+1} − x_t‖² < ε and ‖η ∇f(y_{t+1})‖² < ε. One pass over X an iteration. Divergence and
/// subgradients as in gradient descent. Throws Cancelled.
SolverRun minimise_by_nesterov(Objective& f, Vector w, const NesterovOptions& options, const Monitor& monitor);

}  // namespace plumbline
