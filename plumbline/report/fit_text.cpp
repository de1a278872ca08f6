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

constexpr std::size_t kMostCoefficients = 6;

std::string data_line(const FitResult& result, const std::string& path) {
  const TrainingRecord& training = result.model.training;
  const std::size_t features = result.model.predictor.features;
  std::string text =
      fmt::format("{}: {} rows, {} feature{}; {} rows train", path == "-" ? "standard input" : shown(path, 80),
                  training.rows, features, features == 1 ? "" : "s", training.train_rows);
  if (training.validation_rows > 0) text += fmt::format(", {} validate", training.validation_rows);
  if (training.calibration_rows > 0) {
    text += fmt::format(", {} set aside for calibration (--calibration 0 trains on them)", training.calibration_rows);
  }
  if (training.test_rows > 0) text += fmt::format(", {} test", training.test_rows);
  if (result.dropped_rows > 0) text += fmt::format(", {} dropped", result.dropped_rows);
  return text + "\n";
}

/// What the last column of the metrics stands for.
std::string baseline_line(const FitResult& result) {
  const Task task = result.model.task;
  const char* known = task == Task::regression ? "mean" : task == Task::multilabel ? "label shares" : "class shares";
  return fmt::format("baseline: the same {} rows, knowing only the {} of the training rows\n",
                     result.test ? "test" : "train", known);
}

std::string metrics_table(const FitResult& result) {
  TextTable table;
  table.add({"", "train", "test", "baseline"});
  for (std::size_t i = 0; i < result.train.figures.size(); ++i) {
    table.add({result.train.figures[i].first, shown_figure(result.train.figures[i].second),
               result.test ? shown_figure(result.test->figures[i].second) : "-",
               shown_figure(result.baseline.figures[i].second)});
  }
  return table.str() + baseline_line(result);
}

std::string strongest_coefficients(const LinearModel& model) {
  if (model.network) return "";
  const std::vector<double> strengths = feature_strengths(model);
  std::vector<std::size_t> order(strengths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return strengths[a] > strengths[b]; });
  order.resize(std::min(order.size(), kMostCoefficients));
  if (order.empty()) return "no features: the model is its intercept\n";
  const std::string title =
      strengths.size() == 1 ? "the feature\n" : fmt::format("strongest of {} features\n", strengths.size());
  return title + coefficient_table(model, order);
}

}  // namespace

std::string fit_text(const FitResult& result, const FitTextOptions& options) {
  std::string text = data_line(result, options.data_path) + task_line(result.model) + outcome_lines(result.model);
  text += metrics_table(result) + calibration_line(result.calibration, "the test rows") +
          conformal_lines(result.model, result.sets, "the test rows") +
          cost_line(result.model, result.cost, result.test ? "the test rows" : "the train rows");
  text += confusion_lines(result.model, result.confusion, result.confusion_on_test ? "test rows" : "train rows");
  text += strongest_coefficients(result.model);
  if (!result.model.network) text += inference_line(result.model, options.saved_path);
  if (!options.saving) return text;
  return text + (options.saved_path.empty() ? "not saved (-o MODEL.json saves it)\n"
                                            : fmt::format("saved to {}\n", shown(options.saved_path, 200)));
}

}  // namespace plumbline
