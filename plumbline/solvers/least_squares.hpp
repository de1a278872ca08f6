#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// A direct solution, and what was found about the columns on the way.
struct LeastSquaresRun {
  SolverRun run;
  const char* solver = "cholesky";
  /// Sets of coordinates (j < p: a feature, p: the intercept) that depend on each other; empty at full rank.
  std::vector<std::vector<Eigen::Index>> dependent_sets;
};

/// Sets of coordinates that depend on each other, from a triangular factor of [X̃ target]; columns that carry nothing
/// are no dependence.
std::vector<std::vector<Eigen::Index>> dependent_columns(const EmpiricalRisk& risk, const Matrix& factor);

/// Least squares and ridge, solved directly from `start`. Cholesky of the normal matrix (one pass over X), unless its
/// condition says that digits would be lost (condition of X above 1e5) or `choice` is qr: then QR of the rows, which
/// also finds columns that depend on each other and gives the solution of minimum norm. Either is refined with
/// gradients taken from the rows until rounding stops it (Björck 1987: corrected normal / seminormal equations). d³/3 +
/// n·d² flops, QR 2·n·d².
LeastSquaresRun solve_least_squares(EmpiricalRisk& risk, const Vector& start, SolverChoice choice,
                                    const Monitor& monitor);

}  // namespace plumbline
