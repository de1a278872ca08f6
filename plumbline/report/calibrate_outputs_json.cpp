#include <cmath>

#include "plumbline/core/version.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/report/calibrate_outputs_report.hpp"
#include "plumbline/report/conformal_report.hpp"
#include "plumbline/report/json_figures.hpp"

namespace plumbline {
namespace {

constexpr const char* kNoVariance = "too few rows whose outcome is uncertain";

void put_figures(const CalibrationFigures& figures, OrderedJson& object) {
  for (const NamedFigure& figure : kCalibrationFigures) {
    put_number(object, figure.name, figures.*figure.value, "the value is not finite");
  }
}

OrderedJson intervals_json(const BootstrapIntervals& intervals) {
  if (intervals.resamples == 0) return nullptr;
  OrderedJson object = OrderedJson::object();
  for (const NamedFigure& figure : kCalibrationFigures) {
    object[figure.name] = {intervals.lower.*figure.value, intervals.upper.*figure.value};
  }
  return object;
}

OrderedJson test_json(const CalibrationTest& test) {
  OrderedJson object = OrderedJson::object();
  put_number(object, "statistic", test.statistic, kNoVariance);
  if (test.degrees_of_freedom > 0) object["degrees_of_freedom"] = test.degrees_of_freedom;
  put_number(object, "p_value", test.p_value, kNoVariance);
  return object;
}

OrderedJson table_json(const std::vector<ReliabilityBin>& table) {
  OrderedJson array = OrderedJson::array();
  for (const ReliabilityBin& bin : table) {
    OrderedJson row{{"lower", bin.lower}, {"upper", bin.upper}, {"count", bin.sums.weight}};
    put_number(row, "confidence", bin.sums.confidence(), "the bin is empty");
    put_number(row, "accuracy", bin.sums.accuracy(), "the bin is empty");
    row["accuracy_interval"] = {bin.limits.lower, bin.limits.upper};
    array.push_back(std::move(row));
  }
  return array;
}

OrderedJson brier_json(const BrierParts& parts) {
  return {{"reliability", parts.reliability},
          {"resolution", parts.resolution},
          {"uncertainty", parts.uncertainty},
          {"spread_within_bins", parts.spread},
          {"covariance_within_bins", parts.covariance}};
}

/// What stands beside the figures, before and after alike.
void put_details(const ClassMeasures& measures, OrderedJson& object) {
  object["brier_parts"] = brier_json(measures.brier);
  object["tests"] = {{"spiegelhalter", test_json(measures.spiegelhalter)}, {"grouped", test_json(measures.grouped)}};
  object["intervals"] = intervals_json(measures.intervals);
  object["reliability"] = table_json(measures.table);
  object["class_ece"] = measures.class_ece;
  object["class_reliability"] = OrderedJson::array();
  for (const auto& table : measures.class_table) object["class_reliability"].push_back(table_json(table));
}

void put_calibrator(const CalibrateOutputsResult& result, OrderedJson& object) {
  const Calibrator& calibrator = result.calibration.fit.calibrator;
  object["temperature"] = result.temperature;
  OrderedJson scores = OrderedJson::array();
  for (const CalibratorScore& score : result.calibration.scores) {
    scores.push_back({{"method", name_of(score.method)},
                      {"log_loss", score.log_loss},
                      {"gain", score.gain},
                      {"standard_error", score.standard_error}});
  }
  object["calibration"] = {{"method", name_of(calibrator.method)}, {"chosen", result.chosen},
                           {"rows", result.calibrator_rows},       {"scale", calibrator.scale},
                           {"offset", calibrator.offset},          {"scores", std::move(scores)}};
}

OrderedJson sets_json(const CalibrateOutputsResult& result) {
  if (!result.rule) return nullptr;
  OrderedJson object = conformal_json(ConformalReport{&*result.rule, &result.names, &*result.sets});
  object["empty"] = result.sets->empty;
  object["in_sample"] = result.in_sample;
  return object;
}

OrderedJson costs_json(const CalibrateOutputsResult& result) {
  if (!result.cost) return nullptr;
  const RealisedCost& cost = *result.cost;
  OrderedJson object = OrderedJson::object();
  const char* reason = "the rows have no weight";
  put_number(object, "realised", cost.decided, reason);
  put_number(object, "expected", cost.expected, reason);
  put_number(object, "argmax", cost.most_probable, reason);
  put_number(object, "always", cost.constant, reason);
  object["always_class"] = result.names[cost.constant_class];
  put_number(object, "abstained", cost.abstained, reason);
  return object;
}

}  // namespace

std::string calibrate_outputs_json(const CalibrateOutputsResult& result, const CalibrateOutputsOptions& options) {
  OrderedJson object{{"command", "calibrate"}, {"version", kVersion}, {"schema", kModelSchema}};
  object["n"] = result.rows;
  object["classes"] = result.classes;
  object["labels"] = result.names;
  object["rows"] = {
      {"calibrator", result.calibrator_rows}, {"threshold", result.threshold_rows}, {"reported", result.before.rows}};
  object["in_sample"] = result.in_sample;
  object["bins"] = options.measures.bins;
  put_figures(result.before.figures, object);
  put_details(result.before, object);
  put_calibrator(result, object);
  object["after"] = OrderedJson::object();
  put_figures(result.after.figures, object["after"]);
  put_details(result.after, object["after"]);
  object["conformal"] = sets_json(result);
  object["cost"] = costs_json(result);
  object["notes"] = result.notes;
  return printed(object);
}

}  // namespace plumbline
