#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/pipeline/fit.hpp"
#include "plumbline/pipeline/model_posterior.hpp"
#include "plumbline/pipeline/prediction_sets.hpp"

namespace plumbline {

/// Predictions for the rows of one table, in the order of the table.
struct Predictions {
  std::size_t rows = 0;
  std::size_t outputs = 0;         ///< K
  std::vector<double> eta;         ///< (rows, K); NaN in a row that could not be predicted (missing cell under `drop`)
  std::vector<double> p;           ///< (rows, m) or (rows, labels): class_scores(); empty for regression
  std::vector<std::string> ids;    ///< (rows) with an id column, else empty
  std::vector<std::string> notes;  ///< levels not seen in training, imputed cells, ignored columns
  std::optional<PredictionSets> sets{};     ///< where the model has a conformal rule (jackknife+: with `train`)
  std::optional<PredictedSpread> spread{};  ///< over the posterior, if it was asked for; NaN as in eta
  /// The column header names: "prediction", "p_<class>"… are made by whoever prints.
};

/// What predictions are to say besides themselves.
struct PredictRequest {
  const PosteriorRequest* posterior = nullptr;  ///< the spread over the models that the data leave possible
  std::string train;                            ///< the table of the fit, for jackknife+; empty: none
};

/// Predicts every row of a table. Columns the model does not know are ignored (and counted); one it needs and does not
/// find is a DataError. UsageError where there is no posterior, or no jackknife+
/// for `train`.
Predictions predict(const LinearModel& model, const std::string& path, const TableOptions& options,
                    Progress& progress = silent_progress(), const PredictRequest& request = {});

/// The index of the predicted class (the first of equals) for row i of p (rows, m).
std::size_t predicted_class(const double* p, std::size_t classes);

struct EvaluateResult {
  MetricSet metrics;
  std::vector<std::vector<double>> confusion;
  std::optional<RealisedCost> cost;  ///< where the model has costs
  std::optional<SetSummary> sets;    ///< where the model has a conformal rule (not jackknife+)
  std::size_t rows = 0, dropped_rows = 0;
  std::vector<std::string> notes;
};

/// Metrics of a model on a table with targets.
EvaluateResult evaluate(const LinearModel& model, const std::string& path, const TableOptions& options,
                        Progress& progress = silent_progress());

}  // namespace plumbline
