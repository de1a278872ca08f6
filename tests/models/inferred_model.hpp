#pragma once

#include <cmath>

#include "models/example_model.hpp"

namespace plumbline {

inline ModelSummary example_summary() {
  ModelSummary summary;
  summary.observations = 342.5;
  summary.log_likelihood = -21.5;
  summary.null_log_likelihood = -225;
  summary.parameters = 5;
  summary.aic = 53;
  summary.bic = 72.25;
  summary.deviance = 43;
  summary.null_deviance = 450;
  summary.likelihood_ratio = {407, 4, 0, 1e-86};
  summary.degrees_of_freedom = 337.5;
  return summary;
}

/// The example, fitted without a penalty, with one coefficient that is not determined.
inline LinearModel inferred_model() {
  LinearModel model = example_model();
  model.l2 = 0;
  model.objective = "mean log(1 + exp(-y eta)), no penalty";
  ModelInference inference;
  inference.covariance = CovarianceKind::cluster;
  inference.cluster_column = "clinic";
  inference.clusters = 12;
  inference.level = 0.9;
  inference.tables.resize(1);
  for (const double error : {0.5, std::nan(""), 0.25, 1.0, 2.0}) {
    CoefficientPrecision row;
    row.standard_error = error;
    row.state = std::isnan(error) ? Undetermined::constant : Undetermined::no;
    inference.tables[0].push_back(row);
  }
  inference.summary = example_summary();
  complete_tables(model.predictor, inference);
  model.inference = inference;
  return model;
}

}  // namespace plumbline
