#include "plumbline/solvers/least_squares_inference.hpp"

#include <cmath>

namespace plumbline {

Matrix root_in_user_units(const Coordinates& at, const Matrix& root) {
  Matrix raw = root;
  const auto p = static_cast<Eigen::Index>(at.features());
  for (Eigen::Index j = 0; j < p; ++j) {
    const auto feature = static_cast<std::size_t>(j);
    raw.row(j) *= at.scale[feature];
    if (at.intercept) raw.row(p) -= at.center[feature] * raw.row(j);
  }
  return raw;
}

LeastSquaresInference infer_least_squares(const EmpiricalRisk& risk, const Matrix& inverse_root,
                                          double residual_squares, double total_squares) {
  const Coordinates& at = risk.coordinates();
  LeastSquaresInference result;
  result.standard_errors.assign(at.features(), std::numeric_limits<double>::quiet_NaN());
  result.degrees_of_freedom = risk.weight_sum() - (at.intercept ? 1 : 0);
  for (std::size_t j = 0; j < at.features(); ++j) result.degrees_of_freedom -= at.scale[j] != 0 ? 1 : 0;
  if (total_squares > 0) result.r2 = 1 - residual_squares / total_squares;
  result.root = root_in_user_units(at, inverse_root);
  if (!(result.degrees_of_freedom > 0)) return result;
  result.residual_sd = std::sqrt(residual_squares / result.degrees_of_freedom);
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.scale[j] == 0) continue;
    result.standard_errors[j] = result.residual_sd * result.root.row(static_cast<Eigen::Index>(j)).norm();
  }
  if (at.intercept) result.intercept_standard_error = result.residual_sd * result.root.bottomRows(1).norm();
  return result;
}

}  // namespace plumbline
