#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "plumbline/report/conformal_report.hpp"
#include "plumbline/report/inference_text.hpp"
#include "plumbline/report/labels.hpp"
#include "plumbline/report/results_text.hpp"
#include "plumbline/report/text_parts.hpp"
#include "plumbline/report/text_table.hpp"
#include "plumbline/report/trust_report.hpp"

namespace plumbline {
namespace {

std::string intercept_lines(const LinearModel& model) {
  if (!model.predictor.has_intercept) return "no intercept\n";
  const std::vector<double> intercept = model.predictor.intercept();
  const std::vector<std::string> labels = output_labels(model);
  if (labels.size() == 1) return fmt::format("intercept {:.6g}\n", intercept.front());
  TextTable table;
  table.add({labels.size() == model.classes.size() ? "class" : "label", "intercept"});
  for (std::size_t k = 0; k < labels.size(); ++k) table.add({shown(labels[k]), fmt::format("{:.6g}", intercept[k])});
  return table.str();
}

std::string training_line(const LinearModel& model) {
  const TrainingRecord& training = model.training;
  std::string text =
      fmt::format("trained on {} of {} rows (seed {})", training.train_rows, training.rows, training.seed);
  if (!model.weights_column.empty()) text += ", weighted by " + shown(model.weights_column);
  return text + (model.standardized ? (model.predictor.has_intercept ? ", features standardised\n"
                                                                     : ", features scaled, not centred\n")
                                    : ", features as they are\n");
}

}  // namespace

std::string evaluate_text(const LinearModel& model, const EvaluateResult& result) {
  std::string text = fmt::format("{} rows", result.rows);
  if (result.dropped_rows > 0) text += fmt::format(", {} dropped", result.dropped_rows);
  text += "\n" + task_line(model);
  TextTable table;
  for (const auto& [name, value] : result.metrics.figures) table.add({name, shown_figure(value)});
  return text + table.str() + conformal_lines(model, result.sets, "these rows") +
         cost_line(model, result.cost, "these rows") + confusion_lines(model, result.confusion, "these rows");
}

std::string inspect_text(const LinearModel& model) {
  std::string text = task_line(model) + training_line(model) + outcome_lines(model);
  text += saved_calibration_line(model) + saved_conformal_lines(model) + saved_costs_lines(model);
  if (model.inference) return text + inference_table(model);
  if (model.network && model.task != Task::regression) return text;
  if (model.task == Task::regression) {
    const std::string by_n = shown_figure(model.residual_sd_ml), r2 = shown_figure(model.r2);
    if (model.network) return text + fmt::format("residual sd by n {}, r2 {} on the training rows\n", by_n, r2);
    text += fmt::format("residual sd {} (by n: {}), r2 {} on the training rows\n", shown_figure(model.residual_sd),
                        by_n, r2);
  }
  text += intercept_lines(model);
  std::vector<std::size_t> order(model.predictor.features);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return text + coefficient_table(model, order) + inference_line(model, "");
}

}  // namespace plumbline
