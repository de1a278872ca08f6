#pragma once

#include <vector>

#include "plumbline/inference/coefficient_precision.hpp"
#include "plumbline/inference/covariance.hpp"
#include "plumbline/inference/fitted_linear.hpp"

namespace plumbline {

struct CoefficientFigures : CoefficientPrecision {
  double estimate = 0;
};

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
