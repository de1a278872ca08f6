#pragma once

#include <optional>
#include <vector>

#include "plumbline/inference/coefficient_table.hpp"
#include "plumbline/inference/covariance.hpp"
#include "plumbline/inference/model_summary.hpp"

namespace plumbline {

struct InferenceOptions {
  CovarianceOptions covariance;
  double level = 0.95;  ///< of the confidence limits
};

/// All that classical theory says of a linear model fitted without a penalty.
struct LinearInference {
  CoefficientCovariance covariance;
  std::vector<CoefficientTable> tables;     ///< (K)
  std::vector<CoefficientTable> contrasts;  ///< softmax: (K − 1), each class against the first; else empty
  ModelSummary summary;
};

/// `fit` over `source`, as a value that inference starts from. loss as it was given to fit_linear.
FittedLinear fitted_linear(RowSource& source, const Loss& loss, const LinearFit& fit, bool intercept);

/// Covariance, tables and summary. `fitted` is of a fit at l2 = 0 whose verdict is optimal, or rank_deficient (then
/// some coefficients are undetermined); risk and null_risk are its LinearFit::risk and SolveReport::null_objective.
/// Cost and errors as for coefficient_covariance; the rest costs nothing.
LinearInference infer_linear(const FittedLinear& fitted, double risk, double null_risk, const InferenceOptions& options,
                             Progress& progress = silent_progress());

}  // namespace plumbline
