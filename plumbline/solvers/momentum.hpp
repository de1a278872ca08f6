#pragma once

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/fixed_step.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct MomentumOptions : FixedStepOptions {
  double momentum = 0.9;  ///< λ, in [0, 1): the share of the last step that is taken along

  void validate() const;
};

/// Gradient descent with momentum (subject N2.3.2; Polyak 1964):
///
///   g_t = −η ∇f(w_{t−1}) + λ g_{t−1},  w_t = w_{t−1} + g_t,  g_0 = 0,
///
/// until both ‖g_t‖² < ε and ‖η ∇f(w_t)‖² < ε (at a turning point the first alone says nothing). With λ = 0 it is
/// gradient descent. Divergence, subgradients and cost as there. Throws Cancelled.
SolverRun minimise_by_momentum(Objective& f, Vector w, const MomentumOptions& options, const Monitor& monitor);

}  // namespace plumbline
