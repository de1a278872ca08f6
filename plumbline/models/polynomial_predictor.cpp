#include "plumbline/models/polynomial_predictor.hpp"

#include "plumbline/data/dense_cell.hpp"

namespace plumbline {

namespace {

DoubleDouble coefficient(const ExactTerms& terms, std::size_t j, std::size_t k) {
  const std::size_t at = j * terms.outputs + k;
  return {terms.coefficients[at], terms.coefficients_low.empty() ? 0 : terms.coefficients_low[at]};
}

}  // namespace

PolynomialPredictor::PolynomialPredictor(const std::vector<PolynomialTerms>& polynomials, const ExactTerms& terms)
    : outputs_(terms.outputs) {
  for (const PolynomialTerms& polynomial : polynomials) {
    Group group{polynomial, {}, std::vector<DoubleDouble>(outputs_)};
    for (std::size_t j = polynomial.first; j < polynomial.first + polynomial.degree; ++j) {
      for (std::size_t k = 0; k < outputs_; ++k) {
        group.coefficients.push_back(coefficient(terms, j, k));
        group.constant[k] -= coefficient(terms, j, k) * terms.center[j];
      }
    }
    groups_.push_back(std::move(group));
  }
}

void PolynomialPredictor::add(const DenseView& x, double* eta) const {
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double number = dense_cell(x, i, group.terms.first);
      for (std::size_t k = 0; k < outputs_; ++k) {
        DoubleDouble sum;
        for (std::size_t power = group.terms.degree; power-- > 0;) {
          sum = (sum + group.coefficients[power * outputs_ + k]) * number;
        }
        eta[i * outputs_ + k] = static_cast<double>(sum + group.constant[k] + eta[i * outputs_ + k]);
      }
    }
  }
}

std::vector<double> intercept_at_zero(const ExactTerms& terms, const std::vector<double>& center_intercept,
                                      const std::vector<double>& center_intercept_low) {
  std::vector<double> intercepts;
  for (std::size_t k = 0; k < terms.outputs; ++k) {
    DoubleDouble sum(center_intercept[k], center_intercept_low.empty() ? 0 : center_intercept_low[k]);
    for (std::size_t j = 0; j < terms.center.size(); ++j) sum -= coefficient(terms, j, k) * terms.center[j];
    intercepts.push_back(sum.high);
  }
  return intercepts;
}

}  // namespace plumbline
