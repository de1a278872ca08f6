#include "plumbline/report/text_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plumbline/report/labels.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kMostClassesInMatrix = 12;
constexpr std::size_t kMostMistakes = 6;
constexpr std::size_t kMostNames = 6;
constexpr std::size_t kMostOutputs = 12;

std::string confusion_table(const LinearModel& model, const std::vector<std::vector<double>>& counts) {
  TextTable table;
  std::vector<std::string> header{"predicted"};
  for (const std::string& label : model.classes) header.push_back(shown(label, 16));
  table.add(std::move(header));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    std::vector<std::string> row{shown(model.classes[i], 16)};
    for (const double count : counts[i]) row.push_back(fmt::format("{:.10g}", count));
    table.add(std::move(row));
  }
  return table.str();
}

struct Mistake {
  double count = 0;
  std::size_t predicted = 0, truth = 0;
};

std::vector<Mistake> mistakes(const std::vector<std::vector<double>>& counts) {
  std::vector<Mistake> all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t j = 0; j < counts[i].size(); ++j) {
      if (i != j && counts[i][j] > 0) all.push_back({counts[i][j], i, j});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Mistake& a, const Mistake& b) { return a.count > b.count; });
  return all;
}

std::string mistake_table(const LinearModel& model, const std::vector<std::vector<double>>& counts) {
  std::vector<Mistake> all = mistakes(counts);
  all.resize(std::min(all.size(), kMostMistakes));
  TextTable table;
  table.add({"predicted", "truly", "rows"});
  for (const Mistake& mistake : all) {
    table.add({shown(model.classes[mistake.predicted]), shown(model.classes[mistake.truth]),
               fmt::format("{:.10g}", mistake.count)});
  }
  return table.str();
}

std::string separation_lines(const LinearModel& model) {
  const SolveReport& report = model.report;
  std::string text;
  for (const SolveReport::Witness& witness : report.witnesses) {
    text += fmt::format("  {} separation{}: {} of {} rows strictly on their side{}\n",
                        witness.complete ? "complete" : "quasi-complete",
                        witness.label.empty() ? "" : " of " + shown(witness.label), witness.strict_rows,
                        model.training.train_rows, witness.complete ? "" : ", the others on the plane between");
  }
  for (std::size_t i = 0; i < std::min(report.separated.size(), kMostNames); ++i) {
    const SolveReport::Separation& separation = report.separated[i];
    text += fmt::format("  separated by {}: {} means {}\n", shown(separation.feature),
                        separation.direction == '+' ? "larger" : "smaller", shown(separation.label));
  }
  return text;
}

std::string l2_choice_line(const L2Choice& choice) {
  if (choice.curve.empty()) return "  l2: nothing to choose from\n";
  const auto [least, most] = std::minmax_element(choice.curve.begin(), choice.curve.end(),
                                                 [](const L2Point& a, const L2Point& b) { return a.l2 < b.l2; });
  return fmt::format(
      "  l2 {:.4g} by {}: the largest within one standard error of the best, {:.4g}, of {} from {:.2g} to {:.2g}\n",
      choice.l2, choice.method, choice.best_l2, choice.curve.size(), least->l2, most->l2);
}

/// Empty for a linear model.
std::string network_line(const LinearModel& model) {
  if (!model.network) return "";
  const Architecture& architecture = model.network->architecture;
  std::string text = fmt::format("network {}", architecture.inputs);
  std::size_t units = 0;
  for (const std::size_t width : architecture.hidden) {
    text += fmt::format(" → {} {}", width, name_of(architecture.activation));
    units += width;
  }
  text += fmt::format(" → {}: {} parameters, {}\n", architecture.outputs, architecture.parameters(),
                      name_of(model.network->scalar()));
  if (model.network->dead_units > 0) {
    text +=
        fmt::format("  {} of {} hidden units are dead: 0 on every training row\n", model.network->dead_units, units);
  }
  return text;
}

}  // namespace

std::string task_line(const LinearModel& model) {
  std::string text = model.targets.empty() ? "target in the file" : "target " + listed(model.targets);
  text += fmt::format(": {}", name_of(model.task));
  if (model.task == Task::binary) {
    text += fmt::format(", {} or {}", shown(model.classes[0]), shown(model.classes[1]));
    if (model.outputs() > 1) return text + "\n";
    if (model.network && model.has_probabilities())
      return text + fmt::format(" (p is of {})\n", shown(model.classes[1]));
    if (model.network) return text + "\n";
    return text + fmt::format(" ({} of {})\n",
                              model.has_probabilities() ? "p and coefficients are" : "coefficients are",
                              shown(model.classes[1]));
  }
  if (model.task == Task::multiclass)
    text += fmt::format(", {} classes: {}", model.classes.size(), listed(model.classes));
  return text + "\n";
}

std::string outcome_lines(const LinearModel& model) {
  std::string text = network_line(model) + fmt::format("objective {}\n", model.objective);
  const std::string prior = prior_sentence(model);
  if (!prior.empty()) text += "  " + prior + "\n";
  if (model.l2_choice) text += l2_choice_line(*model.l2_choice);
  text += verdict_sentence(model.report) + "\n";
  if (!model.warning.empty()) text += "  warning: " + model.warning + "\n";
  if (!model.report.advice.empty()) text += "  advice: " + model.report.advice + "\n";
  for (const auto& set : model.report.collinear) text += "  depend on each other: " + listed(set) + "\n";
  return text + separation_lines(model);
}

std::string confusion_lines(const LinearModel& model, const std::vector<std::vector<double>>& counts,
                            const std::string& where) {
  if (counts.empty()) return "";
  if (counts.size() <= kMostClassesInMatrix) {
    return fmt::format("confusion on {} (a row: predicted, a column: true)\n", where) + confusion_table(model, counts);
  }
  if (mistakes(counts).empty()) return fmt::format("no mistakes on {}\n", where);
  return fmt::format("most frequent mistakes on {}\n", where) + mistake_table(model, counts);
}

std::string coefficient_table(const LinearModel& model, const std::vector<std::size_t>& order) {
  const std::vector<std::string> names = model.encoder.feature_names();
  const std::vector<std::string> labels = output_labels(model);
  const std::vector<double> strengths = feature_strengths(model);
  const std::size_t outputs = std::min(labels.size(), kMostOutputs);
  TextTable table;
  std::vector<std::string> header{"feature"};
  for (std::size_t k = 0; k < outputs; ++k) header.push_back(labels.size() == 1 ? "coefficient" : shown(labels[k], 12));
  const bool inference = model.inference && labels.size() == 1;
  if (inference) header.push_back("standard error");
  header.push_back(labels.size() == 1 ? "|coefficient|·sd" : "max |coefficient|·sd");
  table.add(std::move(header));
  for (const std::size_t j : order) {
    std::vector<std::string> row{shown(names[j])};
    for (std::size_t k = 0; k < outputs; ++k) {
      row.push_back(shown_figure(model.predictor.coefficients[j * labels.size() + k]));
    }
    if (inference) row.push_back(shown_figure(model.inference->tables[0][j].standard_error));
    row.push_back(shown_figure(strengths[j]));
    table.add(std::move(row));
  }
  if (outputs == labels.size()) return table.str();
  return table.str() + fmt::format("  the first {} of {} are shown; inspect --json has all\n", outputs, labels.size());
}

}  // namespace plumbline
