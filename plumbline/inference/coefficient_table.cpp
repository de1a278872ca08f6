#include "plumbline/inference/coefficient_table.hpp"

#include <limits>

#include "plumbline/inference/distributions.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

CoefficientTable table_of(const Vector& estimates, const Vector& errors, const CoefficientCovariance& covariance,
                          double level) {
  const double degrees = covariance.degrees_of_freedom;
  const double reach = central_t(level, degrees);
  CoefficientTable table(static_cast<std::size_t>(estimates.size()));
  for (std::size_t j = 0; j < table.size(); ++j) {
    CoefficientFigures& row = table[j];
    row.estimate = estimates[static_cast<Index>(j)];
    row.state = covariance.state[j];
    row.standard_error = row.state == Undetermined::no ? errors[static_cast<Index>(j)] : kNaN;
    row.statistic = row.estimate / row.standard_error;
    row.p_value = two_sided_t(row.statistic, degrees);
    row.lower = row.estimate - reach * row.standard_error;
    row.upper = row.estimate + reach * row.standard_error;
  }
  return table;
}

}  // namespace

std::vector<CoefficientTable> coefficient_tables(const FittedLinear& fitted, const CoefficientCovariance& covariance,
                                                 double level) {
  const Matrix estimates = estimates_of(fitted);
  std::vector<CoefficientTable> tables;
  for (std::size_t k = 0; k < covariance.roots.size(); ++k) {
    tables.push_back(table_of(estimates.col(static_cast<Index>(k)), covariance.standard_errors(k), covariance, level));
  }
  return tables;
}

std::vector<CoefficientTable> contrast_tables(const FittedLinear& fitted, const CoefficientCovariance& covariance,
                                              double level) {
  const Matrix estimates = estimates_of(fitted);
  std::vector<CoefficientTable> tables;
  for (std::size_t k = 1; k < covariance.roots.size(); ++k) {
    const Vector difference = estimates.col(static_cast<Index>(k)) - estimates.col(0);
    tables.push_back(table_of(difference, covariance.contrast_errors(k, 0), covariance, level));
  }
  return tables;
}

}  // namespace plumbline
