#include "plumbline/solvers/options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {

void validate(SolverChoice choice, const SolverOptions& options) {
  if (options.max_iterations && *options.max_iterations == 0) throw UsageError("--max-iterations must be at least 1");
  if (options.tolerance && !(std::isfinite(*options.tolerance) && *options.tolerance > 0)) {
    throw UsageError("--tolerance must be a positive number");
  }
  if (options.step_size && !(std::isfinite(*options.step_size) && *options.step_size > 0)) {
    throw UsageError("--step-size must be a positive number");
  }
  if (options.step_size && choice != SolverChoice::gd) throw UsageError("--step-size goes with --solver gd only");
  if (is_direct(choice) && (options.max_iterations || options.tolerance)) {
    throw UsageError(
        fmt::format("--max-iterations and --tolerance say nothing to the direct solver {}", name_of(choice)));
  }
}

bool is_direct(SolverChoice choice) { return choice == SolverChoice::cholesky || choice == SolverChoice::qr; }

const char* name_of(SolverChoice choice) {
  switch (choice) {
    case SolverChoice::automatic:
      return "auto";
    case SolverChoice::cholesky:
      return "cholesky";
    case SolverChoice::qr:
      return "qr";
    case SolverChoice::newton:
      return "newton";
    case SolverChoice::lbfgs:
      return "lbfgs";
    case SolverChoice::gd:
      return "gd";
  }
  return "?";
}

}  // namespace plumbline
