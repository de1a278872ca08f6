#pragma once

#include <cstddef>

#include "plumbline/losses/loss.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// The size of what is to be solved: the loss (and with it K) and d.
struct SolverProblem {
  Loss loss;
  std::size_t width = 0;
};

/// Widest design for which L-BFGS is given a Cholesky preconditioner.
inline constexpr std::size_t kWidestPreconditioner = 4000;

/// Whether the assembled Hessian fits (K·d)² or K·d² within about 32 MB, and is quick to factor.
bool affordable_hessian(const SolverProblem& problem);

/// The solver that serves: what was asked for, if it can; `automatic` takes cholesky for squared loss, newton where the
/// Hessian is affordable, else lbfgs. Throws UsageError, with the solver to use instead, for a combination that makes
/// no sense.
SolverChoice choose_solver(const SolverProblem& problem, SolverChoice asked);

}  // namespace plumbline
