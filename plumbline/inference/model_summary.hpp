#pragma once

#include <cstddef>
#include <limits>

#include "plumbline/core/progress.hpp"

namespace plumbline {

struct FittedLinear;

/// A test of the model against the one with intercepts alone (without an intercept: against eta = 0).
struct ModelTest {
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = 0;   ///< free coefficients that the null model has not
  double denominator_degrees = 0;  ///< F: n − k; χ²: 0
  double p_value = std::numeric_limits<double>::quiet_NaN();
};

/// The fit as a whole, on the training rows, n = Σs, k the free coefficients (intercepts included; softmax: rank·(K −
/// 1); labels: all together). NaN where a figure does not exist.
struct ModelSummary {
  double observations = 0;  ///< n
  /// −Σ s l; least squares: −n/2·(log(2π RSS/n) + 1), the normal likelihood at its own best σ². Of the null model.
  double log_likelihood = 0, null_log_likelihood = 0;
  /// What the likelihood was maximised over: k, and 1 more for σ² of least squares and gaussian, as R counts (logLik,
  /// AIC, BIC of lm; statsmodels' OLS leaves σ² out, so that its AIC is 2 and its BIC log n smaller).
  double parameters = 0;
  double aic = 0;  ///< −2 log L + 2·parameters
  double bic = 0;  ///< −2 log L + log(n)·parameters
  /// Classes: −2 log L, the saturated model having likelihood 1. Least squares and gaussian: RSS, as R's glm. Of the
  /// null model likewise. NaN where σ is predicted too.
  double deviance = 0, null_deviance = 0;
  ModelTest likelihood_ratio;  ///< 2 (log L − log L of the null model), χ²
  /// Least squares and gaussian; else NaN. r2 = 1 − RSS/TSS, TSS about the mean where there is an intercept, else about
  /// 0; adjusted_r2 = 1 − (1 − r2)(n − [intercept])/(n − k).
  double residual_sd = std::numeric_limits<double>::quiet_NaN();  ///< √(RSS/(n − k))
  double degrees_of_freedom = 0;                                  ///< n − k
  double r2 = std::numeric_limits<double>::quiet_NaN();
  double adjusted_r2 = std::numeric_limits<double>::quiet_NaN();
  ModelTest f;  ///< (TSS − RSS)/(k − [intercept]) over RSS/(n − k); least squares alone
};

/// From the risks that a fit reports: `risk` the mean loss at the solution (LinearFit::risk), `null_risk` that of the
/// intercept-only model (SolveReport::null_objective), of fitted.loss; rank of the design with the intercept. Where
/// fitted.least_squares stands, residual_sd and r2 are its. O(1).
ModelSummary model_summary(const FittedLinear& fitted, std::size_t rank, double risk, double null_risk);

/// The same where the risks are not at hand: one pass over X for the predictors.
ModelSummary model_summary(const FittedLinear& fitted, std::size_t rank, Progress& progress = silent_progress());

}  // namespace plumbline
