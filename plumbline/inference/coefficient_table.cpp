#include "plumbline/inference/coefficient_table.hpp"

#include "plumbline/core/constants.hpp"
#include "plumbline/inference/distributions.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

CoefficientTable table_of(const Vector& estimates, const Vector& errors, const CoefficientCovariance& covariance,
                          double level) {
  const double degrees = covariance.degrees_of_freedom;
  const double reach = central_t(level, degrees);
  CoefficientTable table(static_cast<std::size_t>(estimates.size()));
  for (std::size_t j = 0; j < table.size(); ++j) {
    const double estimate = estimates[static_cast<Index>(j)];
    const Undetermined state = covariance.state[j];
    const double error = state == Undetermined::no ? errors[static_cast<Index>(j)] : kNaN;
    static_cast<CoefficientPrecision&>(table[j]) = precision_of(estimate, error, degrees, reach);
    table[j].estimate = estimate;
    table[j].state = state;
  }
  return table;
}

}  // namespace

CoefficientPrecision precision_of(double estimate, double standard_error, double degrees_of_freedom, double reach) {
  CoefficientPrecision result;
  result.standard_error = standard_error;
  result.statistic = estimate / standard_error;
  result.p_value = two_sided_t(result.statistic, degrees_of_freedom);
  result.lower = estimate - reach * standard_error;
  result.upper = estimate + reach * standard_error;
  return result;
}

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
