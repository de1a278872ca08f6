#include "plumbline/pipeline/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/math.hpp"
#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kRowsAtOnce = 2048;

double weight_at(const RowBlock& rows, std::size_t i) { return rows.row_weight == nullptr ? 1 : rows.row_weight[i]; }

std::vector<double> predictors_of(const LinearPredictor& predictor, const Dataset& data, std::size_t begin,
                                  std::size_t count) {
  std::vector<double> eta(count * predictor.outputs);
  parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::size_t block) {
    const std::size_t first = block * kRowsAtOnce;
    linear_predictors(predictor, data.block(begin + first, std::min(kRowsAtOnce, count - first)),
                      eta.data() + first * predictor.outputs);
  });
  return eta;
}

/// log p of every class (softmax, binary), or of what is true of every label (multilabel; y decides).
std::vector<double> log_probabilities(const LinearModel& model, const std::vector<double>& eta, const RowBlock& rows) {
  const std::size_t n = rows.rows;
  if (model.task == Task::multiclass) {
    const std::size_t m = model.classes.size();
    std::vector<double> log_p(eta), normalizer(n);
    softmax_rows(eta.data(), n, m, normalizer.data(), nullptr);
    for (std::size_t c = 0; c < log_p.size(); ++c) log_p[c] -= normalizer[c / m];
    return log_p;
  }
  std::vector<double> log_p;
  if (model.task == Task::multilabel) {
    for (std::size_t c = 0; c < eta.size(); ++c) log_p.push_back(-log1p_exp(rows.target[c] > 0.5 ? -eta[c] : eta[c]));
    return log_p;
  }
  for (const double e : eta) {
    log_p.push_back(-log1p_exp(e));
    log_p.push_back(-log1p_exp(-e));
  }
  return log_p;
}

ClassificationInput metrics_input(const LinearModel& model, const Scores& scores, const std::vector<double>& log_p,
                                  const RowBlock& rows) {
  ClassificationInput input;
  input.y = rows.target;
  input.p = scores.p.data();
  input.log_p = log_p.data();
  input.score = model.task == Task::binary ? scores.eta.data() : nullptr;
  input.weight = rows.row_weight;
  input.n = rows.rows;
  input.classes = model.task == Task::multilabel ? model.outputs() : model.classes.size();
  return input;
}

/// Kept finite where a label is the same in all training rows.
double log_odds(double share) { return std::clamp(std::log(share) - std::log1p(-share), -700.0, 700.0); }

}  // namespace

Scores score_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  Scores scores;
  scores.eta = predictors_of(model.predictor, data, begin, count);
  if (model.task == Task::regression) return scores;
  const std::size_t outputs = model.outputs();
  const std::size_t width = model.task == Task::binary ? 2 : outputs;
  scores.p.resize(count * width);
  parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::size_t block) {
    const std::size_t first = block * kRowsAtOnce;
    probabilities(model, scores.eta.data() + first * outputs, std::min(kRowsAtOnce, count - first),
                  scores.p.data() + first * width);
  });
  return scores;
}

Evaluation evaluate_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  const RowBlock rows = data.block(begin, count);
  const Scores scores = score_rows(model, data, begin, count);
  if (model.task == Task::regression) {
    return {{count,
             named(regression_metrics(rows.target, scores.eta.data(), rows.row_weight, count, model.residual_sd_ml))},
            {}};
  }
  const std::vector<double> log_p = log_probabilities(model, scores.eta, rows);
  const ClassificationInput input = metrics_input(model, scores, log_p, rows);
  if (model.task == Task::multilabel) return {{count, named(multilabel_metrics(input))}, {}};
  return {{count, named(classification_metrics(input))}, confusion_matrix(input)};
}

double mean_loss(const LinearPredictor& predictor, const Loss& loss, const Dataset& data, std::size_t begin,
                 std::size_t count) {
  const RowBlock rows = data.block(begin, count);
  const std::vector<double> eta = predictors_of(predictor, data, begin, count);
  std::vector<double> value(count);
  std::visit(
      [&](const auto& l) {
        l.evaluate(rows.target, eta.data(), count, {value.data(), nullptr, nullptr});
      },
      loss);
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += weight_at(rows, i) * value[i];
    weight += weight_at(rows, i);
  }
  return sum / weight;
}

LinearModel baseline_of(const LinearModel& model, const Dataset& data, std::size_t train_rows) {
  LinearModel baseline = model;
  std::fill(baseline.predictor.coefficients.begin(), baseline.predictor.coefficients.end(), 0.0);
  std::fill(baseline.predictor.center.begin(), baseline.predictor.center.end(), 0.0);
  std::vector<double>& intercept = baseline.predictor.center_intercept;
  const RowBlock rows = data.block(0, train_rows);
  const std::size_t width = data.target_width;
  std::vector<double> sums(std::max(model.outputs(), width), 0.0);
  double weight = 0;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double s = weight_at(rows, i);
    weight += s;
    if (model.task == Task::multiclass) sums[static_cast<std::size_t>(rows.target[i])] += s;
    for (std::size_t l = 0; model.task != Task::multiclass && l < width; ++l) sums[l] += s * rows.target[i * width + l];
  }
  for (std::size_t k = 0; k < model.outputs(); ++k) {
    const double share = sums[k] / weight;
    intercept[k] = model.task == Task::regression   ? share
                   : model.task == Task::multiclass ? std::log(share)
                                                    : log_odds(share);
  }
  if (model.task == Task::regression) {
    double squares = 0;
    for (std::size_t i = 0; i < rows.rows; ++i)
      squares += weight_at(rows, i) * std::pow(rows.target[i] - intercept[0], 2);
    baseline.residual_sd_ml = std::sqrt(squares / weight);
  }
  return baseline;
}

double weight_sum(RowSource& rows) {
  LeafReader reader(rows, kRowsAtOnce);
  double sum = 0;
  for (RowBlock leaf; reader.next(leaf);) {
    for (std::size_t i = 0; i < leaf.rows; ++i) sum += weight_at(leaf, i);
  }
  return sum;
}

}  // namespace plumbline
