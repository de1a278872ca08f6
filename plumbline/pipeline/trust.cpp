#include "plumbline/pipeline/trust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/calibration/halves.hpp"
#include "plumbline/calibration/output_rows.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/decision/read_costs.hpp"
#include "plumbline/metrics/calibration_bins.hpp"
#include "plumbline/models/class_logits.hpp"
#include "plumbline/pipeline/scoring.hpp"

namespace plumbline {
namespace {

/// Those of `all` that stand in `places`.
PickedRows pick(const PickedRows& all, const std::vector<std::size_t>& places) {
  PickedRows picked;
  picked.outputs = all.outputs;
  picked.target_width = all.target_width;
  const auto take = [](const std::vector<double>& from, std::size_t place, std::size_t width, std::vector<double>& to) {
    const auto first = from.begin() + static_cast<std::ptrdiff_t>(place * width);
    to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(width));
  };
  for (const std::size_t i : places) {
    picked.row.push_back(all.row[i]);
    take(all.eta, i, all.outputs, picked.eta);
    take(all.target, i, all.target_width, picked.target);
    if (!all.weight.empty()) picked.weight.push_back(all.weight[i]);
  }
  return picked;
}

/// The places of the calibrator's half and of the other.
std::pair<std::vector<std::size_t>, std::vector<std::size_t>> halves(const CalibrationRows& rows,
                                                                     const LinearModel& model, const PickedRows& all) {
  std::vector<std::uint32_t> label;
  if (rows.stratify && model.classifies()) label.assign(all.target.begin(), all.target.end());
  const auto record = rows.data->record.begin() + static_cast<std::ptrdiff_t>(rows.begin);
  const std::vector<bool> first =
      calibrator_half(rows.count, label, rows.seed, {record, record + static_cast<std::ptrdiff_t>(rows.count)});
  std::pair<std::vector<std::size_t>, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < rows.count; ++i) (first[i] ? places.first : places.second).push_back(i);
  return places;
}

/// What a classifier, or label l of several, says of the rows.
OutputRows outputs_of(const LinearModel& model, const PickedRows& rows, std::size_t l) {
  OutputRows outputs;
  const std::size_t n = rows.row.size();
  outputs.weight = rows.weight;
  if (model.classifies()) {
    outputs.classes = model.labels();
    outputs.logits.resize(n * outputs.classes);
    class_logits(model, rows.eta.data(), n, outputs.logits.data());
    outputs.label.assign(rows.target.begin(), rows.target.end());
    return outputs;
  }
  outputs.classes = 2;
  for (std::size_t i = 0; i < n; ++i) {
    outputs.logits.insert(outputs.logits.end(), {0, rows.eta[i * rows.outputs + l]});
    outputs.label.push_back(rows.target[i * rows.target_width + l] > 0.5 ? 1 : 0);
  }
  return outputs;
}

CalibratorChoice fit_or_choose(const OutputRows& outputs, const TrustOptions& options, std::uint64_t seed) {
  if (!options.calibrate) return choose_calibrator(outputs.view(), seed);
  CalibratorChoice choice;
  choice.fit = fit_calibrator(*options.calibrate, outputs.view());
  return choice;
}

/// Why no calibrator can be fitted by these rows; empty if one can.
std::string obstacle(const PickedRows& rows) {
  const bool finite = std::all_of(rows.eta.begin(), rows.eta.end(), [](double z) { return std::isfinite(z); });
  if (!finite) return "not calibrated: the model's outputs are not finite";
  const bool weightless = std::none_of(rows.weight.begin(), rows.weight.end(), [](double s) { return s > 0; });
  if (rows.row.empty() || (!rows.weight.empty() && weightless))
    return "not calibrated: there is no calibration row to fit a calibrator by";
  return "";
}

void fit_calibrators(const PickedRows& rows, const TrustOptions& options, std::uint64_t seed, LinearModel& model,
                     Calibrated& calibrated) {
  const std::size_t count = model.task == Task::multilabel ? model.labels() : 1;
  for (std::size_t l = 0; l < count; ++l) {
    const OutputRows outputs = outputs_of(model, rows, l);
    CalibratorChoice choice = fit_or_choose(outputs, options, seed);
    CalibratorResult result;
    if (model.task == Task::multilabel) result.label = model.targets[l];
    result.method = choice.fit.calibrator.method;
    result.temperature = choice.fit.calibrator.temperature;
    result.scores = std::move(choice.scores);
    for (const std::string& note : choice.fit.notes)
      calibrated.notes.push_back("calibration: " + (result.label.empty() ? "" : result.label + ": ") + note);
    model.calibrators.push_back(std::move(choice.fit.calibrator));
    calibrated.result.calibrators.push_back(std::move(result));
  }
  const bool none = std::all_of(model.calibrators.begin(), model.calibrators.end(),
                                [](const Calibrator& each) { return each.method == CalibrationMethod::none; });
  if (none) model.calibrators.clear();
}

double figure(const Evaluation& evaluation, const char* name) {
  for (const auto& [key, value] : evaluation.metrics.figures) {
    if (key == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

/// The mean over the labels of the top-label ECE.
double labels_ece(const PickedRows& rows, const std::vector<double>& p) {
  constexpr std::size_t kBins = 15;
  double sum = 0;
  for (std::size_t l = 0; l < rows.target_width; ++l) {
    CalibrationBins bins(kBins);
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
      const double yes = p[i * rows.target_width + l];
      const bool right = (yes > 0.5) == (rows.target[i * rows.target_width + l] > 0.5);
      bins.add(std::max(yes, 1 - yes), right, rows.weight.empty() ? 1 : rows.weight[i]);
    }
    sum += bins.expected_error();
  }
  return sum / static_cast<double>(rows.target_width);
}

void measure(const LinearModel& model, const PickedRows& rows, double& ece, double& log_loss) {
  RowBlock block;
  block.rows = rows.row.size();
  block.target = rows.target.data();
  block.row_weight = rows.weight.empty() ? nullptr : rows.weight.data();
  const Scores scores = scores_from(model, rows.eta);
  const Evaluation evaluation = evaluate_scores(model, scores, block);
  log_loss = figure(evaluation, "log_loss");
  ece = model.task == Task::multilabel ? labels_ece(rows, scores.p) : figure(evaluation, "ece");
}

}  // namespace

bool calibrates(const TrustOptions& options, const LossSettings& loss, Task task) {
  if (task == Task::regression) return false;
  return options.calibrate ? *options.calibrate != CalibrationMethod::none : gives_probabilities(loss, task);
}

void check_trust(const TrustOptions& options, const LossSettings& loss, Task task, bool rows) {
  const bool named = options.calibrate && *options.calibrate != CalibrationMethod::none;
  if (named && task == Task::regression)
    throw UsageError("--calibrate is for probabilities, which a regression has not");
  if (named && !rows)
    throw UsageError(
        fmt::format("--calibrate {} needs calibration rows: --calibration is 0", name_of(*options.calibrate)));
  if (!options.wants_costs()) return;
  if (task == Task::regression || task == Task::multilabel)
    throw UsageError("--costs and --abstain are for classes that exclude each other");
  if (!named && !gives_probabilities(loss, task))
    throw UsageError(
        fmt::format("--costs needs probabilities, which --loss {} does not give; --calibrate platt makes "
                    "them from its margins",
                    name_of(loss.kind)));
}

Calibrated calibrate_model(const CalibrationRows& rows, const TrustOptions& options, LinearModel& model) {
  model.calibrators.clear();
  Calibrated calibrated;
  calibrated.result.chosen = !options.calibrate;
  PickedRows all = pick_rows(model, *rows.data, rows.begin, rows.count);
  if (!calibrates(options, model.loss, model.task)) {
    calibrated.held = std::move(all);
    return calibrated;
  }
  const auto places = halves(rows, model, all);
  calibrated.held = pick(all, places.second);
  const PickedRows fitting = pick(all, places.first);
  calibrated.result.rows = fitting.row.size();
  const std::string problem = obstacle(fitting);
  if (problem.empty()) {
    fit_calibrators(fitting, options, rows.seed, model, calibrated);
  } else if (rows.count > 0) {
    calibrated.notes.push_back(problem);
  }
  return calibrated;
}

void measure_calibration(const LinearModel& model, const PickedRows& rows, CalibrationResult& result) {
  result.measured_rows = rows.row.size();
  LinearModel plain = model;
  plain.calibrators.clear();
  measure(plain, rows, result.ece_before, result.log_loss_before);
  result.ece_after = result.ece_before;
  result.log_loss_after = result.log_loss_before;
  if (!model.calibrators.empty()) measure(model, rows, result.ece_after, result.log_loss_after);
}

PickedRows pick_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count) {
  PickedRows picked;
  picked.outputs = model.outputs();
  picked.target_width = data.target_width;
  for (std::size_t i = 0; i < count; ++i) picked.row.push_back(begin + i);
  picked.eta = predictors_of(model, data, begin, count);
  const RowBlock block = data.block(begin, count);
  picked.target.assign(block.target, block.target + count * data.target_width);
  if (block.row_weight != nullptr) picked.weight.assign(block.row_weight, block.row_weight + count);
  return picked;
}

std::optional<CostMatrix> costs_for(const TrustOptions& options, const std::vector<std::string>& classes) {
  if (!options.wants_costs()) return std::nullopt;
  CostMatrix costs =
      options.costs_path.empty() ? zero_one_costs(classes.size()) : read_costs(options.costs_path, classes);
  costs.abstain = options.abstain;
  if (costs.abstain && std::find(classes.begin(), classes.end(), "abstain") != classes.end())
    throw UsageError("--abstain: a class is named 'abstain' as the decision would be");
  return costs;
}

}  // namespace plumbline
