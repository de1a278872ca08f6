#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plumbline/report/text_table.hpp"
#include "plumbline/report/trust_report.hpp"

namespace plumbline {
namespace {

std::string described(CalibrationMethod method, double temperature) {
  if (method != CalibrationMethod::temperature) return name_of(method);
  return fmt::format("temperature {:.6g}", temperature);
}

/// One calibrator as it is, several by how many labels each method has.
template <class Each>
std::string described(const std::vector<Each>& calibrators) {
  if (calibrators.empty()) return name_of(CalibrationMethod::none);
  if (calibrators.size() == 1) return described(calibrators.front().method, calibrators.front().temperature);
  std::map<CalibrationMethod, std::size_t> count;
  for (const Each& each : calibrators) ++count[each.method];
  std::string text;
  for (const auto& [method, labels] : count) {
    text +=
        fmt::format("{}{} for {} label{}", text.empty() ? "" : ", ", name_of(method), labels, labels == 1 ? "" : "s");
  }
  return text;
}

/// "ECE 0.04 → 0.01", one figure where nothing was changed.
std::string change(const char* name, double before, double after) {
  if (!std::isfinite(after)) return "";
  if (!std::isfinite(before) || before == after) return fmt::format(", {} {}", name, shown_figure(after));
  return fmt::format(", {} {} before, {} after", name, shown_figure(before), shown_figure(after));
}

std::string threshold_line(const LinearModel& model) {
  if (model.classes.size() != 2) return "";
  const std::optional<BinaryThreshold> threshold = binary_threshold(*model.costs);
  if (!threshold) return "";
  const std::string first = shown(model.classes[0]), second = shown(model.classes[1]);
  const auto bound = [](double p) { return std::clamp(p, 0.0, 1.0); };
  if (threshold->first_up_to == threshold->second_from)
    return fmt::format("  decide {} where p of it is above {:.6g}\n", second, bound(threshold->second_from));
  return fmt::format("  decide {} where p of {} is at most {:.6g}, {} from {:.6g}, abstain between\n", first, second,
                     bound(threshold->first_up_to), second, bound(threshold->second_from));
}

}  // namespace

std::string calibration_line(const std::optional<CalibrationResult>& result, const char* where) {
  if (!result) return "";
  std::string text = "calibration: " + described(result->calibrators);
  if (result->rows > 0) text += fmt::format(" ({} on {} rows)", result->chosen ? "chosen" : "fitted", result->rows);
  const std::string changes = change("ECE", result->ece_before, result->ece_after) +
                              change("log loss", result->log_loss_before, result->log_loss_after);
  if (!changes.empty()) text += fmt::format("; on {}{}", where, changes);
  return text + "\n";
}

std::string saved_calibration_line(const LinearModel& model) {
  return model.calibrators.empty() ? "" : "probabilities calibrated: " + described(model.calibrators) + "\n";
}

std::string cost_line(const LinearModel& model, const std::optional<RealisedCost>& cost, const char* where) {
  if (!cost) return "";
  std::string text =
      fmt::format("cost a row on {}: {} (expected {}); {} for the most probable class, {} always {}", where,
                  shown_figure(cost->decided), shown_figure(cost->expected), shown_figure(cost->most_probable),
                  shown_figure(cost->constant), shown(model.classes[cost->constant_class]));
  if (model.costs->abstain) text += fmt::format("; abstained from {:.3g} %", 100 * cost->abstained);
  return text + "\n";
}

std::string saved_costs_lines(const LinearModel& model) {
  if (!model.costs) return "";
  const CostMatrix& costs = *model.costs;
  TextTable table;
  std::vector<std::string> header{"decided"};
  for (const std::string& label : model.classes) header.push_back(shown(label, 16));
  table.add(std::move(header));
  for (std::size_t i = 0; i < costs.classes; ++i) {
    std::vector<std::string> row{shown(model.classes[i], 16)};
    for (std::size_t j = 0; j < costs.classes; ++j) row.push_back(fmt::format("{:.6g}", costs.at(i, j)));
    table.add(std::move(row));
  }
  std::string text = "costs (a row: decided, a column: true)\n" + table.str();
  if (costs.abstain) text += fmt::format("  abstaining costs {:.6g}\n", *costs.abstain);
  return text + threshold_line(model);
}

}  // namespace plumbline
