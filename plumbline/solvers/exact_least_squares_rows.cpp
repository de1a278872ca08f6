#include "plumbline/solvers/exact_least_squares_rows.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/data/dense_cell.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

void read_row(const DenseView& x, std::size_t i, std::vector<DoubleDouble>& raw) {
  for (std::size_t j = 0; j < x.columns; ++j) raw[j] = DoubleDouble(dense_cell(x, i, j));
}

void read_row(const CsrView& x, std::size_t i, std::vector<DoubleDouble>& raw) {
  std::fill(raw.begin(), raw.end(), DoubleDouble());
  for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) raw[x.indices[q]] = DoubleDouble(x.values[q]);
}

}  // namespace

ExactRows::ExactRows(const Coordinates& coordinates, const std::vector<PolynomialTerms>& polynomials)
    : at_(coordinates), polynomials_(polynomials) {
  std::vector<bool> power(at_.features());
  for (const PolynomialTerms& terms : polynomials_) {
    std::fill_n(power.begin() + static_cast<std::ptrdiff_t>(terms.first) + 1, terms.degree - 1, true);
  }
  for (std::size_t j = 0; j < at_.features(); ++j) {
    if (at_.scale[j] == 0) continue;
    const int exponent = std::ilogb(at_.scale[j]);
    columns_.push_back({j, exponent, power[j], std::ldexp(1.0, exponent) / at_.scale[j]});
  }
}

void ExactRows::spread(const RowBlock& leaf, std::size_t i, DoubleDouble* row) const {
  std::vector<DoubleDouble> raw(at_.features());
  std::visit([&](const auto& x) { read_row(x, i, raw); }, leaf.x);
  for (const PolynomialTerms& terms : polynomials_) {
    double_double_powers(raw[terms.first].high, terms.degree, raw.data() + terms.first);
  }
  if (at_.intercept) *row++ = DoubleDouble(1.0);
  for (const Column& column : columns_) {
    *row++ = scaled(raw[column.feature] - at_.center[column.feature], column.exponent);
  }
  *row = DoubleDouble(leaf.target[i]);
}

Vector ExactRows::to_risk(const std::vector<DoubleDouble>& w) const {
  Vector result = Vector::Zero(static_cast<Index>(at_.dimension()));
  for (std::size_t k = first_feature(); k < width(); ++k) {
    result[static_cast<Index>(column(k).feature)] = w[k].high * column(k).to_risk;
  }
  if (at_.intercept) result[static_cast<Index>(at_.features())] = w[0].high;
  return result;
}

std::vector<DoubleDouble> ExactRows::from_risk(const Vector& w) const {
  std::vector<DoubleDouble> result(width());
  for (std::size_t k = first_feature(); k < width(); ++k) {
    result[k] = DoubleDouble(w[static_cast<Index>(column(k).feature)] / column(k).to_risk);
  }
  if (at_.intercept) result[0] = DoubleDouble(w[static_cast<Index>(at_.features())]);
  return result;
}

Vector ExactRows::gradient_to_risk(const std::vector<DoubleDouble>& gradient) const {
  Vector result = Vector::Zero(static_cast<Index>(at_.dimension()));
  for (std::size_t k = first_feature(); k < width(); ++k) {
    result[static_cast<Index>(column(k).feature)] = gradient[k].high / column(k).to_risk;
  }
  if (at_.intercept) result[static_cast<Index>(at_.features())] = gradient[0].high;
  return result;
}

ExactCoefficients ExactRows::to_user_units(const std::vector<DoubleDouble>& w) const {
  ExactCoefficients result;
  result.coefficients.assign(at_.features(), 0);
  result.coefficients_low.assign(at_.features(), 0);
  DoubleDouble intercept = at_.intercept ? w[0] : DoubleDouble();
  result.center_intercept = intercept.high;
  result.center_intercept_low = intercept.low;
  for (std::size_t k = first_feature(); k < width(); ++k) {
    const std::size_t j = column(k).feature;
    const DoubleDouble raw = scaled(w[k], column(k).exponent);
    result.coefficients[j] = raw.high;
    result.coefficients_low[j] = raw.low;
    intercept -= raw * at_.center[j];
  }
  result.intercept = intercept.high;
  return result;
}

}  // namespace plumbline
