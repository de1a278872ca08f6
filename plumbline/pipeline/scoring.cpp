#include "plumbline/pipeline/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "plumbline/core/math.hpp"
#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/models/class_logits.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kRowsAtOnce = 2048;

double weight_at(const RowBlock& rows, std::size_t i) { return rows.row_weight == nullptr ? 1 : rows.row_weight[i]; }

/// −loss, row by row: the log-likelihood of `y` where the loss is a likelihood.
void log_likelihoods(const Loss& loss, const double* y, const double* eta, std::size_t n, double* out) {
  std::visit([&](const auto& l) { l.evaluate(y, eta, n, {out, nullptr, nullptr}); }, loss);
  std::transform(out, out + n, out, std::negate<>());
}

std::vector<double> calibrated_log_probabilities(const LinearModel& model, const std::vector<double>& eta,
                                                 const RowBlock& rows) {
  const std::size_t n = rows.rows, m = model.labels();
  const bool labels = model.task == Task::multilabel;
  std::vector<double> p(n * m), log_p(n * m * (labels ? 2 : 1));
  calibrated_probabilities(model, eta.data(), n, p.data(), log_p.data());
  if (!labels) return log_p;
  for (std::size_t c = 0; c < n * m; ++c) log_p[c] = log_p[2 * c + (rows.target[c] > 0.5 ? 1 : 0)];
  log_p.resize(n * m);
  return log_p;
}

/// log p of every class (softmax, binary), or of what is true of every label (multilabel; y decides).
std::vector<double> log_probabilities(const LinearModel& model, const std::vector<double>& eta, const RowBlock& rows) {
  const std::size_t n = rows.rows, m = model.labels();
  std::vector<double> log_p(n * m);
  if (!model.calibrators.empty()) return calibrated_log_probabilities(model, eta, rows);
  if (model.loss.link == Link::softmax) {
    log_p = eta;
    std::vector<double> normalizer(n);
    softmax_rows(eta.data(), n, m, normalizer.data(), nullptr);
    for (std::size_t c = 0; c < log_p.size(); ++c) log_p[c] -= normalizer[c / m];
    return log_p;
  }
  if (model.task == Task::multilabel) {
    for (std::size_t c = 0; c < eta.size(); ++c) log_p[c] = -log1p_exp(rows.target[c] > 0.5 ? -eta[c] : eta[c]);
    return log_p;
  }
  LossSettings likelihood = model.loss;  // focal, Brier and squared on the sigmoid share its probabilities
  likelihood.kind = LossKind::logistic;
  likelihood.label_smoothing = 0;
  const Loss loss = make_loss(likelihood, model.task, m);
  std::vector<double> y(n), value(n);
  for (std::size_t k = 0; k < 2; ++k) {
    std::fill(y.begin(), y.end(), static_cast<double>(k));
    log_likelihoods(loss, y.data(), eta.data(), n, value.data());
    for (std::size_t i = 0; i < n; ++i) log_p[2 * i + k] = value[i];
  }
  return log_p;
}

/// N3.2: y·eta with y = ±1, or eta of the true class minus the largest of the others.
std::vector<double> margins(const LinearModel& model, const std::vector<double>& eta, const RowBlock& rows) {
  const std::size_t outputs = model.outputs();
  std::vector<double> margin(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    if (outputs == 1) {
      margin[i] = rows.target[i] > 0.5 ? eta[i] : -eta[i];
      continue;
    }
    const double* row = eta.data() + i * outputs;
    const auto truth = static_cast<std::size_t>(rows.target[i]);
    double other = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < outputs; ++k) {
      if (k != truth) other = std::max(other, row[k]);
    }
    margin[i] = row[truth] - other;
  }
  return margin;
}

/// A score that orders rows by the second class; empty unless binary.
std::vector<double> positive_scores(const LinearModel& model, const std::vector<double>& eta) {
  if (model.task != Task::binary) return {};
  if (model.outputs() == 1) return eta;
  std::vector<double> score(eta.size() / 2);
  for (std::size_t i = 0; i < score.size(); ++i) score[i] = eta[2 * i + 1] - eta[2 * i];
  return score;
}

Evaluation evaluate_classes(const LinearModel& model, const Scores& scores, const RowBlock& rows) {
  std::vector<double> log_p;
  if (model.has_probabilities()) log_p = log_probabilities(model, scores.eta, rows);
  ClassificationInput input;
  input.y = rows.target;
  input.p = scores.p.data();
  input.log_p = model.has_probabilities() ? log_p.data() : nullptr;
  input.weight = rows.row_weight;
  input.n = rows.rows;
  input.classes = model.labels();
  if (model.task == Task::multilabel) return {{rows.rows, named(multilabel_metrics(input))}, {}, {}};
  const std::vector<double> positive = positive_scores(model, scores.eta);
  const std::vector<double> margin = margins(model, scores.eta, rows);
  input.score = positive.empty() ? nullptr : positive.data();
  input.margin = margin.data();
  Evaluation evaluation{{rows.rows, named(classification_metrics(input))}, confusion_matrix(input), {}};
  if (model.costs) evaluation.cost = realised_cost(*model.costs, {input.p, input.y, input.weight, input.n});
  return evaluation;
}

Evaluation evaluate_numbers(const LinearModel& model, const Scores& scores, const RowBlock& rows) {
  RegressionInput input;
  input.y = rows.target;
  input.weight = rows.row_weight;
  input.n = rows.rows;
  input.sigma = model.residual_sd_ml;
  if (model.outputs() == 1) {
    input.prediction = scores.eta.data();
    return {{rows.rows, named(regression_metrics(input))}, {}, {}};
  }
  std::vector<double> mean(rows.rows), log_variance(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    mean[i] = scores.eta[2 * i];
    log_variance[i] = scores.eta[2 * i + 1];
  }
  input.prediction = mean.data();
  input.log_variance = log_variance.data();
  return {{rows.rows, named(regression_metrics(input))}, {}, {}};
}

/// work(first, rows) for every block of `count` rows, in parallel.
template <class Work>
void for_each_block(std::size_t count, const Work& work) {
  parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::size_t block) {
    const std::size_t first = block * kRowsAtOnce;
    work(first, std::min(kRowsAtOnce, count - first));
  });
}

/// Kept finite where a label is the same in all training rows.
double log_odds(double share) { return std::clamp(std::log(share) - std::log1p(-share), -700.0, 700.0); }

}  // namespace

std::vector<double> predictors_of(const LinearPredictor& predictor, const Dataset& data, std::size_t begin,
                                  std::size_t count) {
  std::vector<double> eta(count * predictor.outputs);
  for_each_block(count, [&](std::size_t first, std::size_t rows) {
    linear_predictors(predictor, data.block(begin + first, rows), eta.data() + first * predictor.outputs);
  });
  return eta;
}

std::vector<double> predictors_of(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  std::vector<double> eta(count * model.outputs());
  for_each_block(count, [&](std::size_t first, std::size_t rows) {
    predictors(model, data.block(begin + first, rows), eta.data() + first * model.outputs());
  });
  return eta;
}

std::vector<double> quantiles_of(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  if (model.quantiles) return predictors_of(*model.quantiles, data, begin, count);
  std::vector<double> quantiles(2 * count);
  for_each_block(count, [&](std::size_t first, std::size_t rows) {
    std::vector<double> eta(rows);
    for (std::size_t k = 0; k < 2; ++k) {
      network_predictors(model.quantile_networks.at(k), data.block(begin + first, rows), eta.data());
      for (std::size_t i = 0; i < rows; ++i) quantiles[2 * (first + i) + k] = eta[i];
    }
  });
  return quantiles;
}

Scores scores_from(const LinearModel& model, std::vector<double> eta) {
  Scores scores;
  scores.eta = std::move(eta);
  if (model.task == Task::regression) return scores;
  const std::size_t outputs = model.outputs(), width = model.labels(), count = scores.eta.size() / outputs;
  scores.p.resize(count * width);
  for_each_block(count, [&](std::size_t first, std::size_t rows) {
    const double* from = scores.eta.data() + first * outputs;
    if (model.task == Task::multilabel) {
      probabilities(model, from, rows, scores.p.data() + first * width);
    } else {
      class_scores(model, from, rows, scores.p.data() + first * width);
    }
  });
  return scores;
}

Scores score_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  return scores_from(model, predictors_of(model, data, begin, count));
}

Evaluation evaluate_scores(const LinearModel& model, const Scores& scores, const RowBlock& rows) {
  return model.task == Task::regression ? evaluate_numbers(model, scores, rows) : evaluate_classes(model, scores, rows);
}

Evaluation evaluate_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  return evaluate_scores(model, score_rows(model, data, begin, count), data.block(begin, count));
}

double mean_loss(const Loss& loss, const std::vector<double>& eta, const RowBlock& rows) {
  const std::size_t count = rows.rows;
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
  baseline.loss = default_loss(model.task);
  baseline.network.reset();
  baseline.calibrators.clear();
  LinearPredictor& predictor = baseline.predictor;
  predictor.outputs = baseline.expected_outputs();
  predictor.coefficients.assign(predictor.features * predictor.outputs, 0.0);
  predictor.center.assign(predictor.features, 0.0);
  predictor.center_intercept.assign(predictor.outputs, 0.0);
  const RowBlock rows = data.block(0, train_rows);
  const std::size_t width = data.target_width;
  std::vector<double> sums(std::max(predictor.outputs, width), 0.0);
  double weight = 0;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double s = weight_at(rows, i);
    weight += s;
    if (model.task == Task::multiclass) sums[static_cast<std::size_t>(rows.target[i])] += s;
    for (std::size_t l = 0; model.task != Task::multiclass && l < width; ++l) sums[l] += s * rows.target[i * width + l];
  }
  for (std::size_t k = 0; k < predictor.outputs; ++k) {
    const double share = sums[k] / weight;
    predictor.center_intercept[k] = model.task == Task::regression   ? share
                                    : model.task == Task::multiclass ? std::log(share)
                                                                     : log_odds(share);
  }
  if (model.task == Task::regression) {
    double squares = 0;
    for (std::size_t i = 0; i < rows.rows; ++i)
      squares += weight_at(rows, i) * std::pow(rows.target[i] - predictor.center_intercept[0], 2);
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
