#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/data/polynomial_terms.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/double_double.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// Raw coefficients to twice double's digits: eta = (x − center) W + b with center that of the risk's coordinates, W =
/// coefficients + coefficients_low, b = center_intercept + center_intercept_low. The intercept at x = 0, b − centerᵀW,
/// cancels many digits for polynomials: it is taken in double-double and rounded last.
struct ExactCoefficients {
  std::vector<double> coefficients, coefficients_low;  ///< (p)
  double center_intercept = 0, center_intercept_low = 0;
  double intercept = 0;  ///< at x = 0
};

/// Rows of the design matrix in double-double, as the exact solver wants them: [1 x̂_1 … x̂_q y] with x̂_j = (x_j −
/// center_j)·2^e_j, nothing rounded: powers of polynomial terms are formed in double-double, the scale is the power of
/// two next below the risk's. The 1 stands only where there is an intercept; columns that carry nothing are left out.
class ExactRows final {
 public:
  /// `coordinates` must outlive this.
  ExactRows(const Coordinates& coordinates, const std::vector<PolynomialTerms>& polynomials);

  std::size_t width() const { return columns_.size() + (at_.intercept ? 1 : 0); }  ///< d, without the target
  /// Row i of a leaf to row[0 … width()], the target last. O(p).
  void spread(const RowBlock& leaf, std::size_t i, DoubleDouble* row) const;
  /// The exponent e_j and feature of column k of a row; k > 0 if there is an intercept.
  int exponent(std::size_t k) const { return column(k).exponent; }
  std::size_t feature(std::size_t k) const { return column(k).feature; }
  /// Column k is a power of another one, formed to twice double's digits.
  bool is_power(std::size_t k) const { return column(k).power; }
  /// First column that is a feature: 1 with an intercept, else 0.
  std::size_t first_feature() const { return at_.intercept ? 1 : 0; }

  /// Weights of a row's columns → the risk's coordinates (features in order, then the intercept).
  Vector to_risk(const std::vector<DoubleDouble>& w) const;
  std::vector<DoubleDouble> from_risk(const Vector& w) const;
  /// A gradient in a row's columns → the gradient in the risk's coordinates.
  Vector gradient_to_risk(const std::vector<DoubleDouble>& gradient) const;
  ExactCoefficients to_user_units(const std::vector<DoubleDouble>& w) const;

 private:
  struct Column {
    std::size_t feature = 0;
    int exponent = 0;
    bool power = false;
    double to_risk = 1;  ///< 2^e / scale: w̃ = to_risk · w
  };
  const Column& column(std::size_t k) const { return columns_[k - first_feature()]; }

  const Coordinates& at_;
  std::vector<PolynomialTerms> polynomials_;
  std::vector<Column> columns_;
};

}  // namespace plumbline
