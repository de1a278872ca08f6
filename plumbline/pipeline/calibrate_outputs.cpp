#include "plumbline/pipeline/calibrate_outputs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "plumbline/calibration/halves.hpp"
#include "plumbline/calibration/output_rows.hpp"
#include "plumbline/calibration/probability_rows.hpp"
#include "plumbline/conformal/guarantee.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/trust.hpp"

namespace plumbline {
namespace {

ClassOutputs range_of(const ClassOutputs& outputs, std::size_t begin, std::size_t count) {
  ClassOutputs part = outputs;
  part.scores.data = outputs.scores.row(begin);
  part.scores.rows = count;
  part.label = outputs.label + begin;
  if (outputs.weight != nullptr) part.weight = outputs.weight + begin;
  return part;
}

bool fits_calibrator(const TrustOptions& trust) { return trust.calibrate != CalibrationMethod::none; }

CalibratorChoice calibrator_of(const ClassOutputs& outputs, const CalibrateOutputsOptions& options) {
  if (!fits_calibrator(options.trust)) return {};
  if (!options.trust.calibrate) return choose_calibrator(outputs, options.measures.seed);
  CalibratorChoice choice;
  choice.fit = fit_calibrator(*options.trust.calibrate, outputs);
  choice.rows = outputs.rows();
  return choice;
}

ConformalOptions set_options(const ConformalChoice& choice) {
  ConformalOptions options = choice.options;
  options.method = choice.method.value_or(ConformalMethod::lac);
  if (!gives_class_sets(options.method)) {
    throw UsageError(
        fmt::format("--conformal {} is for numbers; classes have lac, aps and raps", name_of(options.method)));
  }
  return options;
}

void set_threshold(const ClassOutputs& outputs, const std::vector<std::uint32_t>* record,
                   const CalibrateOutputsOptions& options, CalibrateOutputsResult& result) {
  result.threshold_rows = outputs.rows();
  if (options.trust.conformal.none) return;
  const RowDraws draws{options.measures.seed, RowDraws::kCalibration, record == nullptr ? nullptr : record->data()};
  result.rule =
      conformal_class_rule({&outputs, &result.calibration.fit.calibrator, draws}, set_options(options.trust.conformal));
}

double temperature_of(const ClassOutputs& outputs, const Calibrator& calibrator) {
  if (calibrator.method == CalibrationMethod::temperature) return calibrator.temperature;
  return fit_temperature(outputs).calibrator.temperature;
}

/// Calibrator and threshold from all of the rows, or each from its half.
void fit_rows(const ClassOutputs& outputs, bool halve, const CalibrateOutputsOptions& options,
              CalibrateOutputsResult& result) {
  if (!halve) {
    result.calibration = calibrator_of(outputs, options);
    result.calibrator_rows = fits_calibrator(options.trust) ? outputs.rows() : 0;
    result.temperature = temperature_of(outputs, result.calibration.fit.calibrator);
    return set_threshold(outputs, nullptr, options, result);
  }
  const std::vector<std::uint32_t> label(outputs.label, outputs.label + outputs.rows());
  const std::vector<bool> first = calibrator_half(outputs.rows(), label, options.measures.seed);
  std::vector<std::size_t> fitting, holding;
  std::vector<std::uint32_t> record;
  for (std::size_t i = 0; i < outputs.rows(); ++i) {
    (first[i] ? fitting : holding).push_back(i);
    if (!first[i]) record.push_back(static_cast<std::uint32_t>(i));
  }
  result.calibrator_rows = fitting.size();
  const OutputRows fitted = take_rows(outputs, fitting);
  result.calibration = calibrator_of(fitted.view(), options);
  result.temperature = temperature_of(fitted.view(), result.calibration.fit.calibrator);
  const OutputRows held = take_rows(outputs, holding);
  set_threshold(held.view(), &record, options, result);
}

void decide_rows(const ClassOutputs& outputs, const CalibrateOutputsOptions& options, CalibrateOutputsResult& result) {
  result.costs = costs_for(options.trust, result.names);
  if (!result.costs) return;
  ProbabilityBlock block;
  ProbabilityRows(outputs, &result.calibration.fit.calibrator).fill(0, outputs.rows(), nullptr, block);
  const std::vector<double> truth(outputs.label, outputs.label + outputs.rows());
  result.cost = realised_cost(*result.costs, {block.p.data(), truth.data(), outputs.weight, outputs.rows()});
}

void report_rows(const ClassOutputs& outputs, std::size_t begin, const CalibrateOutputsOptions& options,
                 CalibrateOutputsResult& result) {
  const Calibrator& calibrator = result.calibration.fit.calibrator;
  result.before = measure_classes(outputs, nullptr, options.measures);
  result.after = calibrator.method == CalibrationMethod::none ? result.before
                                                              : measure_classes(outputs, &calibrator, options.measures);
  if (result.rule) {
    std::vector<std::uint32_t> record(outputs.rows());
    for (std::size_t i = 0; i < record.size(); ++i) record[i] = static_cast<std::uint32_t>(begin + i);
    result.sets = summarise_class_sets(
        {&outputs, &calibrator, {options.measures.seed, RowDraws::kPrediction, record.data()}}, *result.rule);
  }
  decide_rows(outputs, options, result);
}

void say_what_was_done(CalibrateOutputsResult& result) {
  for (const std::string& note : result.calibration.fit.notes) result.notes.push_back("calibration: " + note);
  if (result.in_sample) {
    result.notes.emplace_back(
        "everything is fitted and reported on the same rows: the figures after calibration flatter, and the coverage "
        "is no guarantee; --split 0.5 fits on the first half and reports on the second");
  }
  if (!result.rule) return;
  const std::string few = too_few_rows(*result.rule, result.names);
  if (!few.empty()) result.notes.push_back("prediction sets: " + few);
}

}  // namespace

CalibrateOutputsResult calibrate_outputs(const ClassOutputs& outputs, const std::vector<std::string>& names,
                                         const CalibrateOutputsOptions& options) {
  CalibrateOutputsResult result;
  result.rows = outputs.rows();
  result.classes = outputs.classes();
  result.names = names;
  result.in_sample = !options.split.has_value();
  result.chosen = !options.trust.calibrate;
  if (!options.trust.conformal.none) (void)set_options(options.trust.conformal);  // before any work
  std::size_t fitting = result.rows, begin = 0;
  if (options.split) {
    fitting = begin = static_cast<std::size_t>(std::floor(*options.split * static_cast<double>(result.rows)));
    const bool halved = fits_calibrator(options.trust);
    if (fitting < (halved ? 2U : 1U) || begin == result.rows) {
      throw UsageError(fmt::format("--split {} of {} rows leaves a part empty", *options.split, result.rows));
    }
  }
  const bool halve = options.split && fits_calibrator(options.trust);
  fit_rows(range_of(outputs, 0, fitting), halve, options, result);
  report_rows(range_of(outputs, begin, result.rows - begin), begin, options, result);
  say_what_was_done(result);
  return result;
}

CalibrateOutputsResult calibrate_outputs(const CalibrateOutputsOptions& options, Progress& progress) {
  const ThreadLimit limit(options.table.threads);
  ClassOutputsTable table = read_class_outputs(options.path, options.kind, options.table, progress);
  CalibrateOutputsResult result = calibrate_outputs(table.view(), table.names, options);
  result.notes.insert(result.notes.begin(), table.notes.begin(), table.notes.end());
  return result;
}

}  // namespace plumbline
