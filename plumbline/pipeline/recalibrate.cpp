#include "plumbline/pipeline/recalibrate.hpp"

#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/prediction_sets.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/pipeline/targeted_rows.hpp"

namespace plumbline {
namespace {

std::optional<RealisedCost> cost_on(const LinearModel& model, const PickedRows& rows) {
  if (!model.costs) return std::nullopt;
  const Scores scores = scores_from(model, rows.eta);
  const double* weight = rows.weight.empty() ? nullptr : rows.weight.data();
  return realised_cost(*model.costs, {scores.p.data(), rows.target.data(), weight, rows.row.size()});
}

}  // namespace

RecalibrateResult recalibrate(const LinearModel& model, const std::string& path, const RecalibrateOptions& options,
                              Progress& progress) {
  const ThreadLimit limit(options.table.threads);
  check_trust(options.trust, model.loss, model.task, true);
  check_miscoverage(options.trust.conformal);
  check_conformal(options.trust, model.loss, model.task, true);
  if (options.trust.conformal.method == ConformalMethod::cqr && !model.has_quantiles())
    throw UsageError("--conformal cqr needs the quantiles that fit --conformal cqr keeps in the model");
  RecalibrateResult result;
  result.model = model;
  if (options.trust.wants_costs()) result.model.costs = costs_for(options.trust, model.classes);
  TargetedRows read = read_targeted_rows(model, path, options.table, progress);
  result.rows = read.records;
  result.dropped_rows = read.records - read.rows;
  result.notes = std::move(read.notes);
  const CalibrationRows rows{&read.data, 0, read.rows, options.seed, options.stratify};
  Calibrated calibrated = calibrate_model(rows, options.trust, result.model);
  for (std::string& note : calibrated.notes) result.notes.push_back(std::move(note));
  ConformalChoice choice = options.trust.conformal;
  if (!choice.method && model.conformal) choice.method = model.conformal->options.method;  // what the model has
  for (std::string& note : set_conformal_rule(read.data, calibrated.held, choice, result.model))
    result.notes.push_back(std::move(note));
  if (result.model.costs && !result.model.has_probabilities()) {
    result.model.costs.reset();
    result.notes.emplace_back("the costs are left out: there are no probabilities");
  }
  if (model.task == Task::regression) return result;
  measure_calibration(result.model, calibrated.held, calibrated.result);
  result.calibration = std::move(calibrated.result);
  result.cost = cost_on(result.model, calibrated.held);
  return result;
}

}  // namespace plumbline
