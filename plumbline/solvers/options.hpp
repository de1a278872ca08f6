#pragma once

#include <cstddef>
#include <optional>

namespace plumbline {

/// The solvers that a user may name (`--solver`).
enum class SolverChoice { automatic, cholesky, qr, newton, lbfgs, gd };

/// What all solvers understand; a solver refuses what makes no sense for it (UsageError).
struct SolverOptions {
  std::optional<std::size_t>
      max_iterations;  ///< default by solver: newton 100, lbfgs 10,000, gd 15,000 (subject C.4.3)
  /// newton, lbfgs: stop once the gradient norm is <= tolerance·max(1, ‖w‖) instead of at the certificate. gd: ε of
  /// ‖w_{t+1} − w_t‖² < ε.
  std::optional<double> tolerance;
  std::optional<double> step_size;  ///< gd: η, default 1e-3 (subject C.4.3)
};

/// Throws UsageError unless the numbers are finite and in range and mean something to `choice` (the direct solvers take
/// none of them, and only gd a step size).
void validate(SolverChoice choice, const SolverOptions& options);

/// cholesky and qr: least squares in one go.
bool is_direct(SolverChoice choice);

const char* name_of(SolverChoice choice);

}  // namespace plumbline
