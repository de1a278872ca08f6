#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace plumbline {

/// The solvers that a user may name (`--solver`).
enum class SolverChoice {
  automatic,
  normal_inverse,
  cholesky,
  qr,
  svd,
  dual,
  newton,
  newton_cg,
  lbfgs,
  interior_point,
  gd,
  momentum,
  nesterov,
  sgd,
  adam
};

/// All of them, in the order in which users meet them.
inline constexpr std::array kSolvers{SolverChoice::automatic, SolverChoice::normal_inverse,
                                     SolverChoice::cholesky,  SolverChoice::qr,
                                     SolverChoice::svd,       SolverChoice::dual,
                                     SolverChoice::newton,    SolverChoice::newton_cg,
                                     SolverChoice::lbfgs,     SolverChoice::interior_point,
                                     SolverChoice::gd,        SolverChoice::momentum,
                                     SolverChoice::nesterov,  SolverChoice::sgd,
                                     SolverChoice::adam};

/// How the step of sgd and adam changes from the first epoch to the last (see step_at in sgd.hpp).
enum class Schedule { constant, step, cosine };

inline constexpr std::array kSchedules{Schedule::constant, Schedule::step, Schedule::cosine};

/// What a user may tell a solver; a solver refuses what means nothing to it (UsageError). Defaults stand in the options
/// struct of each solver.
struct SolverOptions {
  std::optional<std::size_t> max_iterations;  ///< all that iterate but sgd and adam, which have epochs
  /// newton, newton-cg, lbfgs: stop once the gradient norm is <= tolerance·max(1, ‖w‖) instead of at the certificate.
  /// gd, momentum, nesterov: ε of ‖w_{t+1} − w_t‖² < ε.
  std::optional<double> tolerance;
  std::optional<double> step_size;        ///< η of gd, momentum, nesterov, sgd, adam
  std::optional<double> momentum;         ///< λ of momentum, nesterov, sgd, adam, in [0, 1)
  std::optional<Schedule> schedule;       ///< sgd, adam
  std::optional<std::size_t> batch_size;  ///< sgd, adam: rows a step
  std::optional<std::size_t> epochs;      ///< sgd, adam: passes over the rows
  std::uint64_t seed = 0;                 ///< of the shuffles of sgd and adam
};

/// Throws UsageError unless the numbers are finite and in range and mean something to `choice`; what it says names the
/// solvers that an option goes with. `automatic` takes what some solver that it may pick takes; validate again with
/// the one that was picked.
void validate(SolverChoice choice, const SolverOptions& options);

/// normal-inverse, cholesky, qr, svd, dual: least squares in one go.
bool is_direct(SolverChoice choice);

/// gd, momentum, nesterov, sgd, adam: steps of a length that the user sets. They start from 0, work in the user's own
/// coordinates where standardisation is off, and their weights are never touched afterwards.
bool has_fixed_steps(SolverChoice choice);

const char* name_of(SolverChoice choice);
const char* name_of(Schedule schedule);

}  // namespace plumbline
