#pragma once

#include <cstddef>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct GradientDescentOptions {
  std::size_t max_iterations = 15000;  ///< subject C.4.3
  double step_size = 1e-3;             ///< η, subject C.4.3
  double epsilon = 1e-12;              ///< stop at ‖w_{t+1} − w_t‖² < ε

  void validate() const;
};

/// Gradient descent with a fixed step, as the subject teaches it (C.4.3, N2.3): w ← w − η ∇f(w) until ‖w_{t+1} − w_t‖²
/// < ε. No line search, no safeguard: a step that is too large diverges, and the run then ends `non_finite` (also when
/// a finite value ends above the start's). One pass over X an iteration. Throws Cancelled.
SolverRun minimise_by_gradient_descent(Objective& f, Vector w, const GradientDescentOptions& options,
                                       const Monitor& monitor);

}  // namespace plumbline
