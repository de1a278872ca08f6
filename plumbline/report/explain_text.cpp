#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "plumbline/pipeline/predict.hpp"
#include "plumbline/report/explain_report.hpp"
#include "plumbline/report/labels.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kMostExplainedOutputs = 4;

std::string joined_labels(const LinearModel& model, const double* share) {
  std::string joined;
  for (std::size_t l = 0; l < model.targets.size(); ++l) {
    if (share[l] > 0.5) joined += (joined.empty() ? "" : "|") + model.targets[l];
  }
  return joined;
}

/// Outputs worth a table: the predicted class, every label, mean and log variance.
std::vector<std::size_t> shown_outputs(const LinearModel& model, const Explanation& explanation) {
  const std::size_t outputs = model.outputs();
  if (model.classifies() && outputs > 1) return {predicted_class(explanation.p.data(), outputs)};
  std::vector<std::size_t> all;
  for (std::size_t k = 0; k < std::min(outputs, kMostExplainedOutputs); ++k) all.push_back(k);
  return all;
}

/// " of malignant", or nothing where there is one output.
std::string of_output(const LinearModel& model, std::size_t k) {
  const std::vector<std::string> labels = output_labels(model);
  if (labels.size() > 1) return " of " + shown(labels[k]);
  return model.task == Task::binary ? " of " + shown(model.classes[1]) : "";
}

/// A column's cell as the user wrote it: the number, or the level.
std::string cell_text(const ColumnEncoding* column, const std::vector<FeatureContribution>& features, bool reference,
                      bool mean) {
  const auto cell = [&](const FeatureContribution& feature) { return reference ? feature.reference : feature.value; };
  if (column == nullptr || !column->categorical) {
    const bool missing = column != nullptr && column->indicator && cell(features.back()) == 1;
    return missing ? "(missing)" : shown_figure(cell(features.front()));
  }
  if (mean) return "-";
  const std::size_t first = column->reference ? 1 : 0;
  for (std::size_t q = 0; q < features.size(); ++q) {
    if (cell(features[q]) != 1) continue;
    return first + q < column->levels.size() ? shown(column->levels[first + q]) : "(missing)";
  }
  return column->reference ? shown(column->levels.front()) : "(other)";
}

const ColumnEncoding* encoding_of(const LinearModel& model, const std::string& name) {
  for (const ColumnEncoding& column : model.encoder.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

std::string reference_text(const Explanation& explanation) {
  if (explanation.reference == "mean")
    return fmt::format("the mean of the {} training rows", explanation.training.rows);
  return "row " + shown(explanation.reference) + " of TRAIN";
}

std::string contribution_lines(const LinearModel& model, const Explanation& explanation, std::size_t k,
                               std::size_t top) {
  const Contributions& all = explanation.contributions[k];
  std::string text = fmt::format("eta{} = {}: {} at {}, and what each column adds to that\n", of_output(model, k),
                                 shown_figure(all.eta), shown_figure(all.base), reference_text(explanation));
  TextTable table;
  table.add({"column", "value", "reference", "adds"});
  double rest = 0;
  for (std::size_t c = 0; c < all.columns.size(); ++c) {
    const ColumnContribution& column = all.columns[c];
    if (c >= top) {
      rest += column.contribution;
      continue;
    }
    const ColumnEncoding* encoding = encoding_of(model, column.column);
    const bool mean = explanation.reference == "mean";
    table.add({shown(column.column), cell_text(encoding, column.features, false, mean),
               cell_text(encoding, column.features, true, mean), fmt::format("{:+.4g}", column.contribution)});
  }
  if (all.columns.size() > top) {
    table.add({fmt::format("{} more", all.columns.size() - top), "", "", fmt::format("{:+.4g}", rest)});
  }
  return text + (all.columns.empty() ? "  nothing: it is the reference in every column\n" : table.str());
}

std::string row_name(const Explanation& explanation, std::size_t row) { return shown(explanation.training.name(row)); }

/// "row" and "target" of a training row, to be followed by figures.
std::vector<std::string> row_cells(const LinearModel& model, const Explanation& explanation, std::size_t row,
                                   const std::vector<double>& figures) {
  std::vector<std::string> cells{row_name(explanation, row), shown(target_text(model, explanation.training, row))};
  for (const double figure : figures) cells.push_back(shown_figure(figure));
  return cells;
}

std::string dual_weight_lines(const LinearModel& model, const Explanation& explanation) {
  if (!explanation.dual_weights.value) return "";
  const CarriedPrediction& carried = explanation.dual_weights.value->carried;
  const LeverageRows& rows = explanation.fit_influence.value->rows;
  std::string text = fmt::format(
      "training rows that carry the prediction: {} + Σ weight·(target − {}); these {} carry {:.3g} % of all that rows "
      "carry\n",
      shown_figure(carried.base), shown_figure(carried.base), carried.top.size(), 100 * carried.top_share);
  TextTable table;
  table.add({"row", "target", "weight", "carries", "leverage", "Cook", "ext. studentised"});
  for (const CarryingRow& each : carried.top) {
    table.add(row_cells(model, explanation, each.row,
                        {each.weight, each.contribution, rows.leverage[each.row], rows.cooks_distance[each.row],
                         rows.externally[each.row]}));
  }
  return text + table.str();
}

/// "bmi +0.31": the coefficient that a row moves most, in its standard errors.
std::string largest_dfbetas(const LinearModel& model, const std::vector<double>& dfbetas) {
  std::size_t most = 0;
  for (std::size_t j = 0; j < dfbetas.size(); ++j) {
    if (std::isnan(dfbetas[most]) || std::fabs(dfbetas[j]) > std::fabs(dfbetas[most])) most = j;
  }
  if (dfbetas.empty() || std::isnan(dfbetas[most])) return "-";
  const std::vector<std::string> names = model.encoder.feature_names();
  return fmt::format("{} {:+.3g}", most < names.size() ? shown(names[most]) : "(intercept)", dfbetas[most]);
}

std::string fit_influence_lines(const LinearModel& model, const Explanation& explanation) {
  if (!explanation.fit_influence.value) return "";
  const FitInfluence& influence = *explanation.fit_influence.value;
  std::string text = fmt::format(
      "most influential rows of the fit, by Cook's distance ({:.4g} effective parameters, residual sd {})\n",
      influence.effective_parameters, shown_figure(influence.residual_sd));
  TextTable table;
  table.add({"row", "target", "residual", "leverage", "ext. studentised", "Cook", "largest DFBETAS"});
  for (std::size_t c = 0; c < influence.by_cook.size(); ++c) {
    const std::size_t row = influence.by_cook[c];
    const LeverageRows& rows = influence.rows;
    std::vector<std::string> cells =
        row_cells(model, explanation, row,
                  {rows.residual[row], rows.leverage[row], rows.externally[row], rows.cooks_distance[row]});
    cells.push_back(largest_dfbetas(model, rows.dfbetas[c]));
    table.add(std::move(cells));
  }
  return text + table.str();
}

std::string dual_coefficient_lines(const LinearModel& model, const Explanation& explanation, std::size_t k) {
  if (!explanation.dual_coefficients.value) return "";
  const CarriedPrediction& carried = explanation.dual_coefficients.value->carried[k];
  std::string text = fmt::format(
      "training rows that carry eta{}: {} + Σ dual coefficient·likeness; these {} carry {:.3g} % of all that rows "
      "carry\n",
      of_output(model, k), shown_figure(carried.base), carried.top.size(), 100 * carried.top_share);
  TextTable table;
  table.add({"row", "target", "dual coefficient", "carries"});
  for (const CarryingRow& each : carried.top) {
    table.add(row_cells(model, explanation, each.row, {each.weight, each.contribution}));
  }
  return text + table.str();
}

std::string prediction_influence_lines(const LinearModel& model, const Explanation& explanation, std::size_t k) {
  if (!explanation.on_prediction.value) return "";
  const PredictionInfluence& influence = *explanation.on_prediction.value;
  TextTable table;
  table.add({"row", "target", "change of eta"});
  for (const std::size_t row : influence.top[k]) {
    std::vector<std::string> cells = row_cells(model, explanation, row, {});
    cells.push_back(fmt::format("{:+.4g}", influence.effect[row * model.outputs() + k]));
    table.add(std::move(cells));
  }
  return fmt::format("training rows without which eta{} would change most{}\n", of_output(model, k),
                     model.loss.kind == LossKind::squared ? "" : " (approximately)") +
         table.str();
}

std::string loss_influence_lines(const LinearModel& model, const Explanation& explanation) {
  if (!explanation.on_loss.value) return "";
  const LossInfluence& influence = *explanation.on_loss.value;
  TextTable table;
  table.add({"row", "target", "change of loss"});
  for (const std::size_t row : influence.top) {
    std::vector<std::string> cells = row_cells(model, explanation, row, {});
    cells.push_back(fmt::format("{:+.4g}", influence.effect[row]));
    table.add(std::move(cells));
  }
  return fmt::format(
             "training rows without which the mean loss over {} held-out rows, now {}, would change most "
             "(approximately)\n",
             influence.rows, shown_figure(influence.loss)) +
         table.str();
}

std::string leave_one_out_lines(const LinearModel& model, const Explanation& explanation) {
  if (!explanation.leave_one_out.value) return "";
  const LeaveOneOut& left_out = *explanation.leave_one_out.value;
  TextTable table;
  table.add({"row", "target", "loss left out", "leverage"});
  for (const std::size_t row : left_out.top) {
    table.add(row_cells(model, explanation, row, {left_out.rows.loss[row], left_out.rows.leverage[row]}));
  }
  return fmt::format(
             "mean loss {} on the training rows, {} if each is left out in turn ({}); worst without themselves\n",
             shown_figure(left_out.train_loss), shown_figure(left_out.rows.mean_loss),
             model.loss.kind == LossKind::squared ? "exact" : "one Newton step each") +
         table.str();
}

/// Parts that there are not, those of one reason together.
std::string refusal_lines(const Explanation& explanation) {
  std::vector<std::pair<std::string, std::string>> by_reason;
  const auto add = [&](const char* part, const auto& explained) {
    if (explained.value) return;
    for (auto& [reason, parts] : by_reason) {
      if (reason != explained.reason) continue;
      parts += std::string(", ") + part;
      return;
    }
    by_reason.emplace_back(explained.reason, part);
  };
  add("dual weights", explanation.dual_weights);
  add("Cook's distance", explanation.fit_influence);
  add("dual coefficients", explanation.dual_coefficients);
  add("influence on the prediction", explanation.on_prediction);
  add("influence on the held-out loss", explanation.on_loss);
  add("leave-one-out", explanation.leave_one_out);
  std::string text;
  for (const auto& [reason, parts] : by_reason) text += fmt::format("no {}: {}\n", parts, reason);
  return text;
}

}  // namespace

std::string target_text(const LinearModel& model, const TrainingRows& training, std::size_t row) {
  const double* target = training.data.target.data() + row * training.data.target_width;
  if (model.task == Task::multilabel) return joined_labels(model, target);
  return model.classifies() ? model.classes[static_cast<std::size_t>(*target)] : fmt::format("{}", *target);
}

std::string prediction_text(const LinearModel& model, const Explanation& explanation) {
  if (model.task == Task::multilabel) return joined_labels(model, explanation.p.data());
  if (!model.classifies()) return fmt::format("{}", explanation.eta[0]);
  return model.classes[predicted_class(explanation.p.data(), model.classes.size())];
}

std::string explain_text(const LinearModel& model, const Explanation& explanation, std::size_t top) {
  std::string text = fmt::format(
      "row {}: prediction {}", shown(explanation.row),
      model.task == Task::regression ? shown_figure(explanation.eta[0]) : shown(prediction_text(model, explanation)));
  if (model.classifies() && model.has_probabilities()) {
    text += fmt::format(", p {:.4g}", *std::max_element(explanation.p.begin(), explanation.p.end()));
  }
  text += "\n";
  const std::vector<std::size_t> outputs = shown_outputs(model, explanation);
  for (const std::size_t k : outputs) text += contribution_lines(model, explanation, k, top);
  text += dual_weight_lines(model, explanation);
  for (const std::size_t k : outputs) {
    text += dual_coefficient_lines(model, explanation, k) + prediction_influence_lines(model, explanation, k);
  }
  text += loss_influence_lines(model, explanation) + leave_one_out_lines(model, explanation);
  text += fit_influence_lines(model, explanation) + refusal_lines(explanation);
  if (model.outputs() > outputs.size()) text += "other outputs: --json has all\n";
  return text;
}

}  // namespace plumbline
