#include "plumbline/solvers/exact_least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/constants.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/linalg/decompositions.hpp"

namespace plumbline {

namespace {

/// A feature is left to the ordinary QR when what is left of it beside the columns before it is rounding of the data.
/// Powers of a column carry no rounding: for them the limit is where double-double itself leaves less than double.
constexpr double kSmallestPower = 1e-18;
double smallest_feature(std::size_t width) {
  return 32 * static_cast<double>(width) * std::numeric_limits<double>::epsilon();
}

class FactorPartial final : public Partial {
 public:
  explicit FactorPartial(const ExactRows& rows) : rows_(rows) { reset(); }
  void reset() override { factor = DoubleDoubleMatrix(rows_.width() + 1, rows_.width() + 1); }
  void merge(Partial& right) override { append_rows(factor, static_cast<FactorPartial&>(right).factor); }
  void add(const RowBlock& leaf) {
    DoubleDoubleMatrix block(leaf.rows, rows_.width() + 1);
    for (std::size_t i = 0; i < leaf.rows; ++i) {
      rows_.spread(leaf, i, block.row(i));
      if (leaf.row_weight == nullptr) continue;
      const DoubleDouble root = sqrt(DoubleDouble(leaf.row_weight[i]));
      for (std::size_t k = 0; k < block.columns; ++k) block.at(i, k) *= root;
    }
    append_rows(factor, block);
  }

  DoubleDoubleMatrix factor;

 private:
  const ExactRows& rows_;
};

/// Rows √(Σs·l2·factor)·2^e/scale on the diagonal: the penalty as further rows of X with target 0.
void append_penalty(EmpiricalRisk& risk, const ExactRows& rows, DoubleDoubleMatrix& factor) {
  DoubleDoubleMatrix penalty(rows.width(), rows.width() + 1);
  for (std::size_t k = rows.first_feature(); k < rows.width(); ++k) {
    const std::size_t j = rows.feature(k);
    const DoubleDouble strength = two_prod(risk.l2(), risk.coordinates().penalty_factor[j]) * risk.weight_sum();
    const DoubleDouble unit = DoubleDouble(std::ldexp(1.0, rows.exponent(k))) / risk.coordinates().scale[j];
    penalty.at(k, k) = sqrt(strength) * unit;
  }
  append_rows(factor, penalty);
}

DoubleDoubleMatrix triangular_factor(EmpiricalRisk& risk, const ExactRows& rows, Progress& progress) {
  const std::size_t leaf = std::max<std::size_t>(1024, 4 * rows.width());
  const auto root =
      reduce_rows<FactorPartial>(risk.source(), leaf, progress, [&] { return std::make_unique<FactorPartial>(rows); });
  DoubleDoubleMatrix factor = std::move(root->factor);
  if (risk.l2() > 0) append_penalty(risk, rows, factor);
  return factor;
}

bool has_full_rank(const DoubleDoubleMatrix& factor, const ExactRows& rows) {
  if (!std::all_of(factor.cells.begin(), factor.cells.end(), [](DoubleDouble cell) { return is_finite(cell); })) {
    return false;
  }
  for (std::size_t k = 0; k < rows.width(); ++k) {
    double squares = 0;
    for (std::size_t i = 0; i <= k; ++i) squares += factor.at(i, k).high * factor.at(i, k).high;
    const bool power = k >= rows.first_feature() && rows.is_power(k);
    const double smallest = power ? kSmallestPower : smallest_feature(rows.width());
    if (!(std::fabs(factor.at(k, k).high) > smallest * std::sqrt(squares))) return false;
  }
  return true;
}

std::vector<DoubleDouble> target_of(const DoubleDoubleMatrix& factor, std::size_t width) {
  std::vector<DoubleDouble> target(width);
  for (std::size_t k = 0; k < width; ++k) target[k] = factor.at(k, width);
  return target;
}

/// ‖R‖₂‖R⁻¹‖₂ of the columns scaled to norm 1; the inverse is at hand to all digits, so that no condition is too large.
double condition_of(const DoubleDoubleMatrix& factor, const DoubleDoubleMatrix& inverse) {
  const auto d = static_cast<Eigen::Index>(inverse.columns);
  if (d == 0) return 1;
  const Matrix upper = factor.rounded().topLeftCorner(d, d);
  const Vector norm = upper.colwise().norm();
  const Matrix scaled_upper = upper * norm.cwiseInverse().asDiagonal();
  const Matrix scaled_inverse = norm.asDiagonal() * inverse.rounded();
  const auto largest = [](const Matrix& matrix) { return right_singular(matrix).values[0]; };
  return largest(scaled_upper) * largest(scaled_inverse);
}

DoubleDouble norm_of(const std::vector<DoubleDouble>& v) {
  DoubleDouble squares;
  for (const DoubleDouble& value : v) squares += value * value;
  return sqrt(squares);
}

/// Row k of R⁻¹ in raw units.
std::vector<DoubleDouble> raw_row(const DoubleDoubleMatrix& inverse, const ExactRows& rows, std::size_t k) {
  std::vector<DoubleDouble> row(inverse.row(k), inverse.row(k) + inverse.columns);
  if (k < rows.first_feature()) return row;
  for (DoubleDouble& value : row) value = scaled(value, rows.exponent(k));
  return row;
}

void round_into(const std::vector<DoubleDouble>& values, std::size_t row, Matrix& root) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    root(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(i)) = values[i].high;
  }
}

/// infer_least_squares to the last digits. The target's column of R holds y in an orthonormal basis whose first vector
/// is the constant, so the total sum of squares is the sum of its squares after that.
LeastSquaresInference infer_exactly(EmpiricalRisk& risk, const ExactRows& rows, const DoubleDoubleMatrix& factor,
                                    const DoubleDoubleMatrix& inverse, DoubleDouble residual_squares) {
  const Coordinates& at = risk.coordinates();
  LeastSquaresInference result;
  result.standard_errors.assign(at.features(), kNaN);
  result.degrees_of_freedom = risk.weight_sum() - static_cast<double>(rows.width());
  DoubleDouble total_squares;
  for (std::size_t k = rows.first_feature(); k <= rows.width(); ++k) {
    total_squares += factor.at(k, rows.width()) * factor.at(k, rows.width());
  }
  if (total_squares.high > 0) {
    result.r2 = static_cast<double>(DoubleDouble(1.0) - residual_squares / total_squares);
  }
  const bool has_errors = result.degrees_of_freedom > 0;
  const DoubleDouble sd = has_errors ? sqrt(residual_squares / result.degrees_of_freedom) : DoubleDouble(kNaN);
  result.residual_sd = sd.high;
  result.root = Matrix::Zero(static_cast<Eigen::Index>(risk.width()), static_cast<Eigen::Index>(rows.width()));
  std::vector<DoubleDouble> at_zero = at.intercept ? raw_row(inverse, rows, 0) : std::vector<DoubleDouble>();
  for (std::size_t k = rows.first_feature(); k < rows.width(); ++k) {
    const std::vector<DoubleDouble> row = raw_row(inverse, rows, k);
    result.standard_errors[rows.feature(k)] = static_cast<double>(sd * norm_of(row));
    round_into(row, rows.feature(k), result.root);
    for (std::size_t i = 0; i < at_zero.size(); ++i) at_zero[i] -= row[i] * at.center[rows.feature(k)];
  }
  if (at.intercept) result.intercept_standard_error = static_cast<double>(sd * norm_of(at_zero));
  if (at.intercept) round_into(at_zero, at.features(), result.root);
  return result;
}

}  // namespace

double exact_cost(EmpiricalRisk& risk) {
  const double d = static_cast<double>(risk.coordinates().dimension());
  return static_cast<double>(risk.source().rows()) * d * d;
}

std::optional<LeastSquaresRun> solve_exactly(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                                             const std::vector<PolynomialTerms>& polynomials) {
  const ExactRows rows(risk.coordinates(), polynomials);
  const DoubleDoubleMatrix factor = triangular_factor(risk, rows, *monitor.progress);
  if (!has_full_rank(factor, rows)) return std::nullopt;
  LeastSquaresRun result;
  result.solver = "qr (double-double)";
  if (monitor.trace) {
    result.run.value = risk.value_gradient(start, result.run.gradient);
    monitor.iteration(0, result.run.value, start, result.run.gradient, 1);
  }
  const auto solve = [&factor](const std::vector<DoubleDouble>& gradient) {
    const std::vector<DoubleDouble> half = solve_upper_transposed(factor, gradient);
    const double length = norm_of(half).high;
    return ExactStep{solve_upper(factor, half), length * length};
  };
  const ExactPoint point =
      refine_exactly(risk, rows, {solve_upper(factor, target_of(factor, rows.width())), solve}, result, monitor);
  if (!result.run.w.allFinite() || !std::isfinite(result.run.value)) return std::nullopt;
  const DoubleDoubleMatrix inverse = inverse_upper(factor, rows.width());
  result.run.condition = condition_of(factor, inverse);
  if (risk.l2() == 0) result.inference = infer_exactly(risk, rows, factor, inverse, point.residual_squares);
  return result;
}

}  // namespace plumbline
