#include "plumbline/report/conformal_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/conformal/guarantee.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

constexpr const char* kTooFew = "infinite: too few calibration rows for this miscoverage";

std::vector<std::string> class_names(const ConformalReport& report) {
  return report.classes == nullptr ? std::vector<std::string>{} : *report.classes;
}

OrderedJson rule_json(const ConformalReport& report) {
  const ConformalRule& rule = *report.rule;
  const ConformalOptions& options = rule.options;
  OrderedJson object{{"method", name_of(options.method)},
                     {"miscoverage", options.miscoverage},
                     {"class_conditional", options.class_conditional},
                     {"randomized", options.randomized},
                     {"allow_empty", options.allow_empty}};
  if (options.method == ConformalMethod::raps) {
    object["raps_penalty"] = options.raps_penalty;
    object["raps_free"] = options.raps_free;
  }
  double rows = 0;
  for (const double of_threshold : rule.rows) rows += of_threshold;
  object["rows"] = rows;
  if (rule.threshold.empty()) {
    put_number(object, "threshold", kNaN, "jackknife+ has none: every training row gives an end of its own");
  } else if (options.class_conditional) {
    put_number(object, "threshold", kNaN, "one for each class, under thresholds");
    const std::vector<std::string> names = class_names(report);
    OrderedJson thresholds = OrderedJson::object();
    for (std::size_t k = 0; k < rule.threshold.size(); ++k)
      put_number(thresholds, names.at(k), rule.threshold[k], kTooFew);
    object["thresholds"] = thresholds;
  } else {
    put_number(object, "threshold", rule.threshold[0], kTooFew);
  }
  return object;
}

void put_measured(OrderedJson& object, const ConformalReport& report) {
  const SetSummary* const measured = report.measured;
  put_number(object, "coverage", measured == nullptr ? kNaN : measured->coverage, report.unmeasured);
  put_number(object, "mean_size", measured == nullptr ? kNaN : measured->mean_size,
             measured == nullptr ? report.unmeasured : "infinite: an interval is unbounded");
  if (measured == nullptr || !report.rule->options.class_conditional) return;
  const std::vector<std::string> names = class_names(report);
  OrderedJson coverage = OrderedJson::object();
  for (std::size_t k = 0; k < measured->class_coverage.size(); ++k)
    put_number(coverage, names.at(k), measured->class_coverage[k], "no such row");
  object["class_coverage"] = coverage;
}

ConformalReport report_of(const LinearModel& model, const SetSummary* measured) {
  ConformalReport report{&*model.conformal, &model.classes, measured, "no row to measure it on"};
  if (report.rule->options.method == ConformalMethod::jackknife_plus)
    report.unmeasured = "jackknife+ needs the training rows";
  return report;
}

std::string settings(const ConformalRule& rule) {
  const ConformalOptions& options = rule.options;
  std::string text =
      fmt::format("{}{}{}, miscoverage {:.6g}", name_of(options.method), options.class_conditional ? " by class" : "",
                  options.randomized ? ", randomized" : "", options.miscoverage);
  if (options.method == ConformalMethod::raps)
    text += fmt::format(", penalty {:.6g} for each class beyond {:.6g}", options.raps_penalty, options.raps_free);
  double rows = 0;
  for (const double of_threshold : rule.rows) rows += of_threshold;
  if (rule.threshold.size() == 1) text += fmt::format(", threshold {}", shown_figure(rule.threshold[0]));
  if (!rule.threshold.empty()) text += fmt::format(" (from {:.6g} rows)", rows);
  return text;
}

}  // namespace

OrderedJson conformal_json(const ConformalReport& report) {
  OrderedJson object = rule_json(report);
  put_measured(object, report);
  object["guarantee"] = guarantee(*report.rule, class_names(report));
  return object;
}

OrderedJson conformal_json(const LinearModel& model, const std::optional<SetSummary>& measured) {
  if (!model.conformal) return nullptr;
  return conformal_json(report_of(model, measured ? &*measured : nullptr));
}

OrderedJson saved_conformal_json(const LinearModel& model) {
  if (!model.conformal) return nullptr;
  const ConformalReport report = report_of(model, nullptr);
  OrderedJson object = rule_json(report);
  object["guarantee"] = guarantee(*report.rule, class_names(report));
  return object;
}

std::string conformal_lines(const ConformalReport& report, const char* where) {
  const bool sets = report.rule->classes > 0;
  std::string text = fmt::format("{}: {}", sets ? "sets" : "intervals", settings(*report.rule));
  if (report.measured != nullptr && report.measured->rows > 0) {
    text += fmt::format("; on {} they cover {}, {} {}", where, shown_figure(report.measured->coverage),
                        sets ? "classes in a set" : "mean width", shown_figure(report.measured->mean_size));
  }
  return text + "\n  " + guarantee(*report.rule, class_names(report)) + "\n";
}

std::string conformal_lines(const LinearModel& model, const std::optional<SetSummary>& measured, const char* where) {
  return model.conformal ? conformal_lines(report_of(model, measured ? &*measured : nullptr), where) : "";
}

std::string saved_conformal_lines(const LinearModel& model) {
  return model.conformal ? conformal_lines(report_of(model, nullptr), "") : "";
}

}  // namespace plumbline
