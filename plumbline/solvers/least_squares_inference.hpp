#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// What classical theory says of a least-squares fit at l2 = 0, in the user's units:
///   residual_sd² = RSS/(Σs − rank),   standard_error_j = residual_sd · ‖row j of R⁻¹‖,   R the triangular factor of X,
///   r2 = 1 − RSS/TSS, TSS about the mean where there is an intercept, else about 0.
/// NaN where it does not exist: no degrees of freedom, a column that carries nothing, a target without variation.
struct LeastSquaresInference {
  std::vector<double> standard_errors;                                         ///< (p)
  double intercept_standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of the intercept at x = 0
  double residual_sd = std::numeric_limits<double>::quiet_NaN();
  double r2 = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = 0;  ///< Σs − rank
  /// (d, rank), in the user's units, the intercept at x = 0 last: (XᵀSX)⁻¹ = root rootᵀ, so that residual_sd²·root
  /// rootᵀ is the covariance of the coefficients. The row of a column that carries nothing is 0.
  Matrix root;
};

/// Widest design for which standard errors are computed beside a solution: they cost d³ flops.
inline constexpr Eigen::Index kWidestInference = 2000;

/// Rows of a root (d, any) in the coordinates of `at` → the user's units: w_j = scale_j w̃_j, and the intercept at
/// x = 0 is b − Σ center_j w_j.
Matrix root_in_user_units(const Coordinates& at, const Matrix& root);

/// From a root B (d, d) of the inverse normal matrix, (X̃ᵀS X̃)⁻¹ = B Bᵀ, in the risk's coordinates (for a triangular
/// factor R of √S X̃: B = R⁻¹). For full rank. O(d²), and as much memory.
LeastSquaresInference infer_least_squares(const EmpiricalRisk& risk, const Matrix& inverse_root,
                                          double residual_squares, double total_squares);

}  // namespace plumbline
