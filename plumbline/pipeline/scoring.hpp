#pragma once

#include <optional>
#include <vector>

#include "plumbline/data/dataset.hpp"
#include "plumbline/losses/loss.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// eta (rows, K) and, for classification, p (rows, m or labels), in parallel; the same bits for any threads.
struct Scores {
  std::vector<double> eta, p;
};
Scores score_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count);

/// eta (rows, K) alone.
std::vector<double> predictors_of(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count);
std::vector<double> predictors_of(const LinearPredictor& predictor, const Dataset& data, std::size_t begin,
                                  std::size_t count);
/// cqr: the two quantiles of each row, (rows, 2).
std::vector<double> quantiles_of(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count);
/// The scores that follow from eta (rows, K).
Scores scores_from(const LinearModel& model, std::vector<double> eta);

/// Metrics of the model on rows of a data set with targets.
struct Evaluation {
  MetricSet metrics;
  std::vector<std::vector<double>> confusion;  ///< classification only
  std::optional<RealisedCost> cost;            ///< where the model has costs
};
Evaluation evaluate_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count);

/// The same from scores: of `rows` only the number, targets and weights are looked at.
Evaluation evaluate_scores(const LinearModel& model, const Scores& scores, const RowBlock& rows);

/// The mean loss of rows with these eta (rows, K), without the penalty.
double mean_loss(const Loss& loss, const std::vector<double>& eta, const RowBlock& rows);

/// The model that knows only the intercept, from the training targets: mean, class shares (E.4.2, S: the trivial
/// model).
LinearModel baseline_of(const LinearModel& model, const Dataset& data, std::size_t train_rows);

double weight_sum(RowSource& rows);

}  // namespace plumbline
