#include <fmt/format.h>

#include "plumbline/report/calibrate_outputs_report.hpp"
#include "plumbline/report/conformal_report.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

std::string interval(double lower, double upper) {
  return fmt::format("{} to {}", shown_figure(lower), shown_figure(upper));
}

std::string method_text(const CalibrateOutputsResult& result) {
  const Calibrator& calibrator = result.calibration.fit.calibrator;
  if (result.calibrator_rows == 0) return "not calibrated\n";
  std::string text = fmt::format("calibrator: {}", name_of(calibrator.method));
  if (calibrator.method == CalibrationMethod::temperature) text += fmt::format(" {:.7g}", calibrator.temperature);
  text += fmt::format(" ({} by {} rows)", result.chosen ? "chosen" : "fitted", result.calibrator_rows);
  if (calibrator.method == CalibrationMethod::temperature) return text + "\n";
  return text + fmt::format("; by temperature alone it would be {:.7g}\n", result.temperature);
}

std::string figures_text(const CalibrateOutputsResult& result) {
  const bool calibrated = result.calibration.fit.calibrator.method != CalibrationMethod::none;
  const bool intervals = result.before.intervals.resamples > 0;
  TextTable table;
  std::vector<std::string> header{""};
  for (const char* when : {"before", "after"}) {
    if (!calibrated && std::string(when) == "after") continue;
    header.emplace_back(when);
    if (intervals) header.emplace_back("interval");
  }
  table.add(header);
  for (const NamedFigure& figure : kCalibrationFigures) {
    std::vector<std::string> row{figure.name};
    for (const ClassMeasures* measures : {&result.before, &result.after}) {
      if (!calibrated && measures == &result.after) continue;
      row.push_back(shown_figure(measures->figures.*figure.value));
      if (!intervals) continue;
      row.push_back(interval(measures->intervals.lower.*figure.value, measures->intervals.upper.*figure.value));
    }
    table.add(std::move(row));
  }
  return table.str();
}

std::string tests_text(const char* when, const ClassMeasures& measures) {
  return fmt::format("calibration of the top label {}: p = {} (Spiegelhalter's Z), {} (grouped)\n", when,
                     shown_figure(measures.spiegelhalter.p_value), shown_figure(measures.grouped.p_value));
}

std::string reliability_text(const std::vector<ReliabilityBin>& bins) {
  TextTable table;
  table.add({"confidence in", "rows", "confidence", "accuracy", "interval"});
  for (const ReliabilityBin& bin : bins) {
    if (!(bin.sums.weight > 0)) continue;
    table.add({fmt::format("({:.4g}, {:.4g}]", bin.lower, bin.upper), fmt::format("{:.10g}", bin.sums.weight),
               shown_figure(bin.sums.confidence()), shown_figure(bin.sums.accuracy()),
               interval(bin.limits.lower, bin.limits.upper)});
  }
  return table.str();
}

std::string sets_text(const CalibrateOutputsResult& result) {
  if (!result.rule) return "";
  return conformal_lines(ConformalReport{&*result.rule, &result.names, &*result.sets}, "the reported rows");
}

std::string cost_text(const CalibrateOutputsResult& result) {
  if (!result.cost) return "";
  const RealisedCost& cost = *result.cost;
  std::string text =
      fmt::format("cost a row: {} (expected {}); {} for the most probable class, {} always {}",
                  shown_figure(cost.decided), shown_figure(cost.expected), shown_figure(cost.most_probable),
                  shown_figure(cost.constant), shown(result.names[cost.constant_class]));
  if (result.costs->abstain) text += fmt::format("; abstained from {:.3g} %", 100 * cost.abstained);
  return text + "\n";
}

}  // namespace

std::string calibrate_outputs_text(const CalibrateOutputsResult& result, const CalibrateOutputsOptions& options) {
  const bool calibrated = result.calibration.fit.calibrator.method != CalibrationMethod::none;
  std::string text = fmt::format("{}: {} rows, {} classes; reported on {} rows{}\n",
                                 options.path == "-" ? "standard input" : shown(options.path, 80), result.rows,
                                 result.classes, result.before.rows, result.in_sample ? ", in-sample" : "");
  text += method_text(result) + "\n" + figures_text(result) + "\n" + tests_text("before", result.before);
  if (calibrated) text += tests_text("after", result.after);
  text += fmt::format("\nreliability of the top label{}\n", calibrated ? ", after" : "");
  text += reliability_text(result.after.table);
  const std::string rest = sets_text(result) + cost_text(result);
  return rest.empty() ? text : text + "\n" + rest;
}

}  // namespace plumbline
