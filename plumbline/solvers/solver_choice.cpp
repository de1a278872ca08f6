#include "plumbline/solvers/solver_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

bool quadratic(const Loss& loss) { return traits_of(loss).quadratic; }

/// σ is fitted beside the coefficients by a few solves of least squares, which only two solvers do.
bool fits_variance(const Loss& loss) { return std::holds_alternative<GaussianLoss>(loss); }

bool smooth(const Loss& loss) { return traits_of(loss).smooth; }

constexpr double kAffordableCells = 4 << 20;
/// Beyond this an assembled Hessian is refused even when asked for (2 GB and minutes a factorisation).
constexpr double kMostCells = 256 << 20;
constexpr std::size_t kWidestDirect = 5000;

/// What a solver asks of the loss.
enum class Need { nothing, quadratic, smooth, piecewise_linear };

struct SolverNeed {
  SolverChoice solver;
  Need need;
};

constexpr std::array kNeeds{SolverNeed{SolverChoice::automatic, Need::nothing},
                            SolverNeed{SolverChoice::normal_inverse, Need::quadratic},
                            SolverNeed{SolverChoice::cholesky, Need::quadratic},
                            SolverNeed{SolverChoice::qr, Need::quadratic},
                            SolverNeed{SolverChoice::svd, Need::quadratic},
                            SolverNeed{SolverChoice::dual, Need::quadratic},
                            SolverNeed{SolverChoice::newton, Need::smooth},
                            SolverNeed{SolverChoice::newton_cg, Need::smooth},
                            SolverNeed{SolverChoice::lbfgs, Need::smooth},
                            SolverNeed{SolverChoice::interior_point, Need::piecewise_linear},
                            SolverNeed{SolverChoice::gd, Need::nothing},
                            SolverNeed{SolverChoice::momentum, Need::nothing},
                            SolverNeed{SolverChoice::nesterov, Need::nothing},
                            SolverNeed{SolverChoice::sgd, Need::nothing},
                            SolverNeed{SolverChoice::adam, Need::nothing}};
static_assert(kNeeds.size() == kSolvers.size());

Need need_of(SolverChoice solver) {
  return std::find_if(kNeeds.begin(), kNeeds.end(), [&](const SolverNeed& entry) { return entry.solver == solver; })
      ->need;
}

const char* words_for(Need need) {
  switch (need) {
    case Need::nothing:
      return "nothing";
    case Need::quadratic:
      return "the squared loss of one number";
    case Need::smooth:
      return "a smooth loss";
    case Need::piecewise_linear:
      return "a piecewise linear loss";
  }
  return "?";
}

/// In floating point, since a sparse design may be so wide that the square overflows.
double hessian_cells(const SolverProblem& problem) {
  const double outputs = static_cast<double>(outputs_of(problem.loss));
  const double block = static_cast<double>(problem.width) * static_cast<double>(problem.width);
  return (mixes_outputs(problem.loss) ? outputs * outputs : outputs) * block;
}

bool assembles_hessian(SolverChoice solver) {
  return solver == SolverChoice::newton || solver == SolverChoice::cholesky || solver == SolverChoice::normal_inverse ||
         solver == SolverChoice::qr;
}

SolverChoice best_solver(const SolverProblem& problem) {
  if (fits_variance(problem.loss)) return SolverChoice::cholesky;
  if (!smooth(problem.loss)) return SolverChoice::interior_point;
  if (!affordable_hessian(problem)) return SolverChoice::lbfgs;
  return quadratic(problem.loss) ? SolverChoice::cholesky : SolverChoice::newton;
}

}  // namespace

bool serves(SolverChoice solver, const Loss& loss) {
  if (fits_variance(loss)) {
    return solver == SolverChoice::automatic || solver == SolverChoice::cholesky || solver == SolverChoice::qr;
  }
  switch (need_of(solver)) {
    case Need::nothing:
      return true;
    case Need::quadratic:
      return quadratic(loss);
    case Need::smooth:
      return smooth(loss);
    case Need::piecewise_linear:
      return !smooth(loss);
  }
  return false;
}

bool affordable_hessian(const SolverProblem& problem) {
  if (quadratic(problem.loss)) return problem.width <= kWidestDirect;
  return hessian_cells(problem) <= kAffordableCells;
}

SolverChoice choose_solver(const SolverProblem& problem, SolverChoice asked) {
  const SolverChoice best = best_solver(problem);
  if (asked == SolverChoice::automatic) return best;
  if (!serves(asked, problem.loss)) {
    const std::string loss = problem.loss_name.empty() ? "this loss" : "--loss " + problem.loss_name;
    const char* const need = fits_variance(problem.loss) ? "a loss whose scale is given" : words_for(need_of(asked));
    throw UsageError(fmt::format("--solver {} needs {}: for {} use {}", name_of(asked), need, loss, name_of(best)));
  }
  if (assembles_hessian(asked) && hessian_cells(problem) > kMostCells) {
    throw UsageError(fmt::format("--solver {} would need a matrix of {:.2g} cells: use lbfgs or newton-cg",
                                 name_of(asked), hessian_cells(problem)));
  }
  return asked;
}

}  // namespace plumbline
