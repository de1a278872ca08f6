#include "plumbline/pipeline/prediction_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/conformal/guarantee.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kScoresAtOnce = 2048;

bool finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

const double* weights_or_null(const std::vector<double>& weight) { return weight.empty() ? nullptr : weight.data(); }

/// Scores (n, m) of a classifier with their labels, as sets see them: what stands in p is taken as it is.
ClassOutputs class_outputs(const LinearModel& model, const std::vector<double>& p, const std::uint32_t* label) {
  const std::size_t m = model.labels();
  ClassOutputs outputs;
  outputs.scores = {p.data(), p.size() / m, m, m, Scalar::f64, 1};
  outputs.kind = OutputKind::probabilities;
  outputs.label = label;
  return outputs;
}

/// What the method looks at: eta itself, or with cqr the quantiles of the rows that stand in `row`.
std::vector<double> interval_predictions(const LinearModel& model, const Dataset& data, const PickedRows& rows) {
  if (!model.has_quantiles()) return rows.eta;
  std::vector<double> quantiles;
  if (rows.row.empty()) return quantiles;
  const std::size_t begin = rows.row.front(), count = rows.row.back() + 1 - begin;
  const std::vector<double> all = quantiles_of(model, data, begin, count);
  for (const std::size_t i : rows.row) {
    quantiles.insert(quantiles.end(), {all[2 * (i - begin)], all[2 * (i - begin) + 1]});
  }
  return quantiles;
}

ConformalRule class_rule(const Dataset& data, const PickedRows& held, const ConformalOptions& options,
                         const LinearModel& model) {
  const Scores scores = scores_from(model, held.eta);
  const std::vector<std::uint32_t> label(held.target.begin(), held.target.end());
  std::vector<std::uint32_t> record;
  for (const std::size_t i : held.row) record.push_back(data.record[i]);
  ClassOutputs outputs = class_outputs(model, scores.p, label.data());
  outputs.weight = weights_or_null(held.weight);
  return conformal_class_rule({&outputs, nullptr, {model.training.seed, RowDraws::kCalibration, record.data()}},
                              options);
}

ConformalRule interval_rule(const Dataset& data, const PickedRows& held, const ConformalOptions& options,
                            const LinearModel& model) {
  const std::vector<double> prediction = interval_predictions(model, data, held);
  const std::size_t width = model.has_quantiles() ? 2 : model.outputs();
  return conformal_interval_rule(
      {prediction.data(), width, held.target.data(), weights_or_null(held.weight), held.row.size()}, options);
}

void forget_quantiles(LinearModel& model) {
  model.quantiles.reset();
  model.quantile_networks.clear();
}

}  // namespace

void check_miscoverage(const ConformalChoice& choice) {
  if (!(choice.options.miscoverage > 0 && choice.options.miscoverage < 1))
    throw UsageError("--miscoverage must lie between 0 and 1, both excluded");
}

void check_conformal(const TrustOptions& options, const LossSettings& loss, Task task, bool rows) {
  const ConformalChoice& choice = options.conformal;
  const bool regression = task == Task::regression, classes = task == Task::binary || task == Task::multiclass;
  if ((choice.options.class_conditional || choice.options.randomized) && !classes)
    throw UsageError("--class-conditional and --randomized are for sets of classes");
  if (!choice.method) return;
  const ConformalMethod method = *choice.method;
  const std::string name = fmt::format("--conformal {}", name_of(method));
  if (gives_class_sets(method) && task == Task::multilabel)
    throw UsageError(name + " covers one true class; fit each label as a target of its own to get sets");
  if (gives_class_sets(method) != classes)
    throw UsageError(name + (classes ? " is for numbers: lac, aps and raps give sets of classes"
                                     : " is for classes: absolute, scaled, cqr and jackknife+ give intervals"));
  const bool calibrates = options.calibrate && *options.calibrate != CalibrationMethod::none;
  if (classes && method != ConformalMethod::lac && !gives_probabilities(loss, task) && !calibrates)
    throw UsageError(fmt::format("{} adds up probabilities, which --loss {} does not give", name, name_of(loss.kind)));
  if (method == ConformalMethod::scaled && !(loss.kind == LossKind::gaussian && loss.variance == VarianceModel::linear))
    throw UsageError(name + " divides by the predicted sd: --loss gaussian --variance linear predicts it");
  if (method == ConformalMethod::jackknife_plus && loss.kind != LossKind::squared)
    throw UsageError(name + " is for least squares and ridge: --loss squared");
  if (!rows && method != ConformalMethod::jackknife_plus)
    throw UsageError(name + " needs calibration rows: --calibration is 0" +
                     (regression && loss.kind == LossKind::squared ? "; jackknife+ needs none" : ""));
}

std::optional<ConformalMethod> conformal_method(const ConformalChoice& choice, const LinearModel& model, bool rows) {
  if (choice.none || model.task == Task::multilabel) return std::nullopt;
  if (choice.method) return choice.method;
  if (!rows) return std::nullopt;
  if (model.classifies()) return ConformalMethod::lac;
  return model.outputs() == 2 ? ConformalMethod::scaled : ConformalMethod::absolute;
}

std::vector<std::string> fit_quantiles(const std::function<LinearModel(const FitOptions&)>& fit,
                                       const FitOptions& options, LinearModel& model) {
  FitOptions pinball;
  if (options.network.is_network()) {
    pinball.network = options.network;
    pinball.network.save_every = 0;
    pinball.network.resume_path.clear();
    pinball.solver = options.solver;
    pinball.solver_options = options.solver_options;
    pinball.seed = options.seed;
  }
  pinball.loss = LossKind::quantile;
  pinball.l2 = model.l2;
  pinball.penalty_factors_path = options.penalty_factors_path;
  pinball.standardize = model.standardized;
  pinball.intercept = options.intercept;
  pinball.table = options.table;
  const double half = options.trust.conformal.options.miscoverage / 2;
  std::vector<LinearPredictor> predictors;
  std::vector<std::string> notes;
  for (const double level : {half, 1 - half}) {
    pinball.loss_constants.quantile = level;
    const LinearModel quantile = fit(pinball);
    predictors.push_back(quantile.predictor);
    if (quantile.network) model.quantile_networks.push_back(*quantile.network);
    if (quantile.report.verdict != (quantile.network ? Verdict::completed : Verdict::optimal))
      notes.push_back(
          fmt::format("--conformal cqr: the fit of the quantile {} ended {}: intervals cover all the same, "
                      "but may be wider than need be",
                      level, name_of(quantile.report.verdict)));
  }
  if (!model.quantile_networks.empty()) return notes;
  LinearPredictor both = predictors[0];  // the center is that of the same rows
  both.outputs = 2;
  both.coefficients_low.clear();
  both.center_intercept_low.clear();
  both.coefficients.resize(2 * both.features);
  for (std::size_t j = 0; j < both.features; ++j) {
    for (std::size_t k = 0; k < 2; ++k) both.coefficients[2 * j + k] = predictors[k].coefficients[j];
  }
  both.center_intercept = {predictors[0].center_intercept[0], predictors[1].center_intercept[0]};
  model.quantiles = std::move(both);
  return notes;
}

std::vector<std::string> set_conformal_rule(const Dataset& data, const PickedRows& held, const ConformalChoice& choice,
                                            LinearModel& model) {
  model.conformal.reset();
  const std::optional<ConformalMethod> method = conformal_method(choice, model, !held.row.empty());
  if (method != ConformalMethod::cqr) forget_quantiles(model);
  if (!method) return {};
  ConformalOptions options = choice.options;
  options.method = *method;
  if (*method == ConformalMethod::jackknife_plus) {
    const std::string refusal = jackknife_refusal(model);
    if (!refusal.empty()) return {"no jackknife+ intervals: " + refusal};
    model.conformal = ConformalRule{options, 0, {}, {}, {}};
    return {};
  }
  if (*method != ConformalMethod::lac && model.classifies() && !model.has_probabilities())
    return {fmt::format("no prediction sets: {} adds up probabilities, and there are none", name_of(*method))};
  if (!finite(held.eta) || (model.quantiles && !finite(model.quantiles->coefficients))) {
    forget_quantiles(model);
    return {"no prediction sets: the model's outputs are not finite"};
  }
  model.conformal =
      model.classifies() ? class_rule(data, held, options, model) : interval_rule(data, held, options, model);
  const std::string few = too_few_rows(*model.conformal, model.classes);
  return few.empty() ? std::vector<std::string>{} : std::vector<std::string>{"prediction sets: " + few};
}

PredictionSets prediction_sets(const LinearModel& model, const Dataset& data, std::size_t begin, const Scores& scores,
                               const JackknifeRows* training) {
  const ConformalRule& rule = *model.conformal;
  const std::size_t n = scores.eta.size() / model.outputs(), m = rule.classes;
  PredictionSets sets;
  if (rule.options.method == ConformalMethod::jackknife_plus) {
    sets.intervals = training->intervals(data, begin, scores.eta, rule.options.miscoverage);
    return sets;
  }
  std::vector<double> quantiles;
  if (model.has_quantiles()) quantiles = quantiles_of(model, data, begin, n);
  const double* const prediction = model.has_quantiles() ? quantiles.data() : scores.eta.data();
  const std::size_t width = model.has_quantiles() ? 2 : model.outputs();
  sets.classes.resize(n * m);
  if (m == 0) sets.intervals.resize(n);
  const RowDraws draws{model.training.seed, RowDraws::kPrediction, data.record.data() + begin};
  parallel_for((n + kScoresAtOnce - 1) / kScoresAtOnce, [&](std::size_t block) {
    ClassSets of_row(rule);
    for (std::size_t i = block * kScoresAtOnce; i < std::min(n, (block + 1) * kScoresAtOnce); ++i) {
      if (m == 0) {
        sets.intervals[i] = conformal_interval(rule, prediction + i * width);
      } else {
        of_row.set_of_row(scores.p.data() + i * m, draws(i), sets.classes.data() + i * m);
      }
    }
  });
  return sets;
}

std::optional<SetSummary> evaluate_sets(const LinearModel& model, const Dataset& data, std::size_t begin,
                                        std::size_t count, const JackknifeRows* training) {
  if (!model.conformal) return std::nullopt;
  if (model.conformal->options.method == ConformalMethod::jackknife_plus && training == nullptr) return std::nullopt;
  const RowBlock rows = data.block(begin, count);
  const Scores scores = score_rows(model, data, begin, count);
  if (model.classifies()) {
    const std::vector<std::uint32_t> label(rows.target, rows.target + count);
    ClassOutputs outputs = class_outputs(model, scores.p, label.data());
    outputs.weight = rows.row_weight;
    const RowDraws draws{model.training.seed, RowDraws::kPrediction, data.record.data() + begin};
    return summarise_class_sets({&outputs, nullptr, draws}, *model.conformal);
  }
  const PredictionSets sets = prediction_sets(model, data, begin, scores, training);
  return summarise_intervals(sets.intervals, rows.target, rows.row_weight);
}

}  // namespace plumbline
