#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/exact_least_squares_rows.hpp"
#include "plumbline/solvers/least_squares_inference.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// A direct solution, and what was found about the columns on the way.
struct LeastSquaresRun {
  SolverRun run;
  const char* solver = "cholesky";
  /// Sets of coordinates (j < p: a feature, p: the intercept) that depend on each other; empty at full rank.
  std::vector<std::vector<Eigen::Index>> dependent_sets;
  /// Where refinement was in double-double: the coefficients with what run.w has lost, for users and predictions.
  std::optional<ExactCoefficients> exact;
  std::optional<LeastSquaresInference> inference;  ///< at l2 = 0 and full rank, up to kWidestInference columns
  std::string warning;                             ///< what a user should hear of the way it was solved; empty: nothing
};

/// Sets of coordinates that depend on each other, from a triangular factor of [X̃ target]; columns that carry nothing
/// are no dependence.
std::vector<std::vector<Eigen::Index>> dependent_columns(const EmpiricalRisk& risk, const Matrix& factor);

/// Least squares and ridge, solved directly from `start`.
/// - automatic: in double-double (solve_exactly) where that takes no time (n·d² <= 2e6; with polynomial terms 2e8),
/// else
///   as cholesky;
/// - cholesky: of the normal matrix (one pass over X), refined with gradients taken from the rows until rounding stops
/// it
///   (Björck 1987), unless its condition says that digits would be lost (condition of X above 1e5): then in
///   double-double up to n·d² = 2e8, else as qr;
/// - qr: QR of the rows, which also finds columns that depend on each other and gives the solution of minimum norm; at
///   full rank refined with residuals in double-double (corrected seminormal equations).
/// `polynomials` says which columns are powers of another one (Encoder::polynomials). d³/3 + n·d² flops, QR 2·n·d².
LeastSquaresRun solve_least_squares(EmpiricalRisk& risk, const Vector& start, SolverChoice choice,
                                    const Monitor& monitor, const std::vector<PolynomialTerms>& polynomials = {});

/// The solution of minimum norm by QR of the rows, as above.
LeastSquaresRun solve_by_qr(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                            const std::vector<PolynomialTerms>& polynomials);

/// w ← w − solve(gradient) until the decrement gᵀ solve(g) no longer falls, solve ≈ H⁻¹ and gradients taken from the
/// rows in double. Leaves run's value, gradient and decrement at w.
void refine_least_squares(EmpiricalRisk& risk, const std::function<Vector(const Vector&)>& solve,
                          const Monitor& monitor, SolverRun& run);

/// Fills result.inference at result.run from a root of the inverse normal matrix (infer_least_squares), where l2 = 0
/// and the design is not too wide.
void infer_at_optimum(const EmpiricalRisk& risk, const Matrix& inverse_root, const Monitor& monitor,
                      LeastSquaresRun& result);

}  // namespace plumbline
