#pragma once

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// Which iterative solver, and what the user told it.
struct IterativeRequest {
  SolverChoice solver = SolverChoice::newton;  ///< newton, newton_cg, lbfgs, gd, momentum, nesterov, sgd or adam
  SolverOptions options;                       ///< validated for it
};

/// Minimises `risk` by one of the iterative solvers: what each needs beyond the objective (preconditioner, Hessian
/// products, batches) is made here, and what the user did not say is left at the solver's default. Those with fixed
/// steps start from 0, the others from `start`. Passes listen to `progress`. Throws Cancelled.
SolverRun solve_iteratively(EmpiricalRisk& risk, const Vector& start, const IterativeRequest& request,
                            const Monitor& monitor, Progress& progress);

}  // namespace plumbline
