#pragma once

#include <vector>

#include "plumbline/inference/covariance.hpp"
#include "plumbline/inference/fitted_linear.hpp"

namespace plumbline {

/// What there is to say of one coefficient beside its estimate, in the user's units.
struct CoefficientPrecision {
  double standard_error = 0;
  double statistic = 0;                   ///< estimate/standard_error: t for least squares, z for likelihoods
  double p_value = 0;                     ///< two-sided, of the coefficient being 0
  double lower = 0, upper = 0;            ///< estimate ± quantile·standard_error (Wald)
  Undetermined state = Undetermined::no;  ///< otherwise all else is NaN
};

struct CoefficientFigures : CoefficientPrecision {
  double estimate = 0;
};

/// statistic, p_value and Wald limits from an estimate and its standard error (NaN: all are): t with
/// degrees_of_freedom, ∞: normal; reach = central_t(level, degrees_of_freedom). O(1).
CoefficientPrecision precision_of(double estimate, double standard_error, double degrees_of_freedom, double reach);

/// (d): p features, then the intercept at x = 0 where there is one.
using CoefficientTable = std::vector<CoefficientFigures>;

/// One table an output. Statistics by t with covariance.degrees_of_freedom, ∞: normal. Softmax: of the coefficients
/// that sum to zero over the classes. level in (0, 1). O(K·d·r).
std::vector<CoefficientTable> coefficient_tables(const FittedLinear& fitted, const CoefficientCovariance& covariance,
                                                 double level);

/// Softmax: the coefficients of class k minus those of the first, for k = 1 … K − 1: log odds against the first class,
/// as R's multinom and statsmodels' MNLogit print them.
std::vector<CoefficientTable> contrast_tables(const FittedLinear& fitted, const CoefficientCovariance& covariance,
                                              double level);

}  // namespace plumbline
