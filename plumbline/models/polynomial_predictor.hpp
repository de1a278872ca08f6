#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/matrix.hpp"
#include "plumbline/data/polynomial_terms.hpp"

namespace plumbline {

/// Coefficients of eta = (x − center) W + b to twice double's digits; the low words may be empty: 0.
struct ExactTerms {
  std::size_t outputs = 1;                      ///< K
  const std::vector<double>& coefficients;      ///< (p, K)
  const std::vector<double>& coefficients_low;  ///< (p, K) or empty
  const std::vector<double>& center;            ///< (p)
};

/// The share of polynomial terms in eta, Σ_k w_k (x^k − center_k), by Horner's rule in double-double and rounded once:
/// terms as large as 1e6 that cancel to 1 keep all digits. Everything else in eta stays with the kernels.
class PolynomialPredictor final {
 public:
  PolynomialPredictor(const std::vector<PolynomialTerms>& polynomials, const ExactTerms& terms);
  /// eta (x.rows, K) += the share; O(Σ degree · K) a row, about 10 ns a term.
  void add(const DenseView& x, double* eta) const;

 private:
  struct Group {
    PolynomialTerms terms;
    std::vector<DoubleDouble> coefficients;  ///< (degree, K)
    std::vector<DoubleDouble> constant;      ///< (K): −Σ_k w_k center_k
  };
  std::vector<Group> groups_;
  std::size_t outputs_;
};

/// (K): the intercepts at x = 0, b − centerᵀ W, in double-double and rounded last; the low words of b may be empty.
std::vector<double> intercept_at_zero(const ExactTerms& terms, const std::vector<double>& center_intercept,
                                      const std::vector<double>& center_intercept_low);

}  // namespace plumbline
