#include "plumbline/inference/linear_inference.hpp"

#include <cmath>

namespace plumbline {

FittedLinear fitted_linear(RowSource& source, const Loss& loss, const LinearFit& fit, bool intercept) {
  FittedLinear fitted;
  fitted.source = &source;
  fitted.coordinates = standardized_coordinates(fit.moments, intercept, true);
  fitted.loss = std::holds_alternative<GaussianLoss>(loss) ? Loss(GaussianLoss{std::sqrt(fit.variance)}) : loss;
  fitted.solution = fit.solution;
  fitted.weight_sum = fit.moments.weight_sum;
  fitted.least_squares = fit.inference;
  return fitted;
}

LinearInference infer_linear(const FittedLinear& fitted, double risk, double null_risk, const InferenceOptions& options,
                             Progress& progress) {
  LinearInference result;
  result.covariance = coefficient_covariance(fitted, options.covariance, progress);
  result.tables = coefficient_tables(fitted, result.covariance, options.level);
  if (is_shift_invariant(fitted.loss)) {
    result.contrasts = contrast_tables(fitted, result.covariance, options.level);
  }
  result.summary = model_summary(fitted, result.covariance.rank, risk, null_risk);
  return result;
}

}  // namespace plumbline
