#include "plumbline/solvers/least_squares_inference.hpp"

#include <cmath>

namespace plumbline {

LeastSquaresInference infer_least_squares(const EmpiricalRisk& risk, const Matrix& inverse_root,
                                          double residual_squares, double total_squares) {
  const Coordinates& at = risk.coordinates();
  LeastSquaresInference result;
  result.standard_errors.assign(at.features(), std::numeric_limits<double>::quiet_NaN());
  result.degrees_of_freedom = risk.weight_sum() - (at.intercept ? 1 : 0);
  for (std::size_t j = 0; j < at.features(); ++j) result.degrees_of_freedom -= at.scale[j] != 0 ? 1 : 0;
  if (total_squares > 0) result.r2 = 1 - residual_squares / total_squares;
  if (!(result.degrees_of_freedom > 0)) return result;
  result.residual_sd = std::sqrt(residual_squares / result.degrees_of_freedom);
  // The intercept at x = 0 is b − Σ center_j w_j: the same combination of the rows of B.
  Vector at_zero = at.intercept ? Vector(inverse_root.row(inverse_root.rows() - 1)) : Vector();
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.scale[j] == 0) continue;
    const auto row = inverse_root.row(static_cast<Eigen::Index>(j));
    result.standard_errors[j] = result.residual_sd * at.scale[j] * row.norm();
    if (at.intercept) at_zero -= at.center[j] * at.scale[j] * row.transpose();
  }
  if (at.intercept) result.intercept_standard_error = result.residual_sd * at_zero.norm();
  return result;
}

}  // namespace plumbline
