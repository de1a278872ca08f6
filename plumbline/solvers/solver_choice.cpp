#include "plumbline/solvers/solver_choice.hpp"

#include <fmt/format.h>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

constexpr double kAffordableCells = 4 << 20;
/// Beyond this an assembled Hessian is refused even when asked for (2 GB and minutes a factorisation).
constexpr double kMostCells = 256 << 20;
constexpr std::size_t kWidestDirect = 5000;

/// In floating point, since a sparse design may be so wide that the square overflows.
double hessian_cells(const SolverProblem& problem) {
  const double outputs = static_cast<double>(std::visit([](const auto& l) { return l.outputs(); }, problem.loss));
  const double block = static_cast<double>(problem.width) * static_cast<double>(problem.width);
  return std::holds_alternative<SoftmaxLoss>(problem.loss) ? outputs * outputs * block : outputs * block;
}

void refuse_misfit(const SolverProblem& problem, SolverChoice asked) {
  const bool squared = std::holds_alternative<SquaredLoss>(problem.loss);
  if (is_direct(asked) && !squared) {
    throw UsageError(
        fmt::format("--solver {} solves least squares in one go and cannot serve this loss; use newton, lbfgs or gd",
                    name_of(asked)));
  }
  if ((is_direct(asked) || asked == SolverChoice::newton) && hessian_cells(problem) > kMostCells) {
    throw UsageError(fmt::format("--solver {} would need a matrix of {:.2g} cells; use lbfgs", name_of(asked),
                                 hessian_cells(problem)));
  }
}

}  // namespace

bool affordable_hessian(const SolverProblem& problem) {
  if (std::holds_alternative<SquaredLoss>(problem.loss)) return problem.width <= kWidestDirect;
  return hessian_cells(problem) <= kAffordableCells;
}

SolverChoice choose_solver(const SolverProblem& problem, SolverChoice asked) {
  refuse_misfit(problem, asked);
  if (asked != SolverChoice::automatic) return asked;
  if (!affordable_hessian(problem)) return SolverChoice::lbfgs;
  return std::holds_alternative<SquaredLoss>(problem.loss) ? SolverChoice::cholesky : SolverChoice::newton;
}

}  // namespace plumbline
