#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/inference/coefficient_precision.hpp"
#include "plumbline/inference/fitted_linear.hpp"
#include "plumbline/inference/information.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

struct CovarianceOptions {
  CovarianceKind kind = CovarianceKind::classical;
  Information information = Information::observed;
  std::vector<std::uint64_t> clusters;  ///< kind cluster: (n) of the rows' clusters, any numbers
};

/// The covariance of the coefficients in the user's units, each output's p features first and its intercept at x = 0
/// last (d = p + 1, or p without intercept).
struct CoefficientCovariance {
  /// K of (d, r), with r in common where outputs share an information: Cov(output a, output b) = roots[a] roots[b]ᵀ.
  /// Rows of coefficients that are not determined are NaN. Softmax: of the coefficients that sum to zero over classes.
  std::vector<Matrix> roots;
  bool outputs_covary = false;      ///< false: only Cov(a, a) is known (one fit for each label)
  std::vector<Undetermined> state;  ///< (d): why a row is NaN; the same for all outputs
  std::string reason;               ///< why there is no covariance at all; empty: there is
  std::size_t rank = 0;             ///< of the design, with the intercept
  std::size_t parameters = 0;       ///< k: free coefficients of one fit; softmax: rank·(K − 1)
  double residual_sd = 0;           ///< least squares: √(RSS/(n − k)); else 0
  /// For t: n − k for least squares, G − 1 for it with clusters (as statsmodels and Stata; R's coeftest keeps n − k);
  /// +∞, that is the normal distribution, for likelihoods.
  double degrees_of_freedom = 0;
  std::size_t clusters = 0;  ///< G

  /// (d, d).
  Matrix between(std::size_t a, std::size_t b) const { return roots[a] * roots[b].transpose(); }
  /// (d): of output k.
  Vector standard_errors(std::size_t k) const { return roots[k].rowwise().norm(); }
  /// (d): of the coefficients of output k minus those of `reference`. Where outputs covary.
  Vector contrast_errors(std::size_t k, std::size_t reference) const;
};

/// The covariance at the optimum of `fitted`. Classical least squares costs nothing where fitted.least_squares holds a
/// root; the others one pass over X with a weighted Gram product (n·d² flops for each pair of outputs that share an
/// information), HC0 and HC1 as many again, HC2 and HC3 2·n·d² beyond those, cluster 2·n·d·K on one thread. Memory:
/// some (K·d)² doubles, (n, K) of predictors. Throws std::invalid_argument where inference_refusal() has a reason, for
/// clusters that are not one a row, and for HC2 or HC3 of several outputs; Cancelled.
CoefficientCovariance coefficient_covariance(const FittedLinear& fitted, const CovarianceOptions& options,
                                             Progress& progress = silent_progress());

}  // namespace plumbline
