#pragma once

#include <cstddef>
#include <string>

#include "plumbline/losses/loss.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// The size of what is to be solved: the loss (and with it K) and d.
struct SolverProblem {
  Loss loss;
  std::size_t width = 0;
  std::string loss_name = "";  ///< as the user spells it (`--loss`), for refusals; may be empty
};

/// Widest design for which L-BFGS is given a Cholesky preconditioner.
inline constexpr std::size_t kWidestPreconditioner = 4000;

/// Whether the solver can minimise this loss: the direct ones where it is ½(eta − y)² of one output (its traits say
/// quadratic); newton, newton-cg and lbfgs where it is smooth (convex or not); interior-point where it is piecewise
/// linear; the ones with fixed steps, and automatic, always (where a loss has a kink they step along a subgradient).
/// docs/solvers.md is made from this.
bool serves(SolverChoice solver, const Loss& loss);

/// Whether the assembled Hessian fits (K·d)² or K·d² within about 32 MB, and is quick to factor.
bool affordable_hessian(const SolverProblem& problem);

/// The solver that serves: what was asked for, if it can; `automatic` takes cholesky where the loss is quadratic,
/// interior-point where it is not smooth, else newton where the Hessian is affordable and lbfgs where it is not. Throws
/// UsageError, with the solver to use instead, for a combination that makes no sense.
SolverChoice choose_solver(const SolverProblem& problem, SolverChoice asked);

}  // namespace plumbline
