#include "plumbline/pipeline/table_notes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plumbline/diagnostics/counting_columns.hpp"
#include "plumbline/diagnostics/doctor_options.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/diagnostics/target_facts.hpp"

namespace plumbline {

namespace {

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", names[i]);
  }
  return names.size() > kMostNames ? text + fmt::format(" and {} more", names.size() - kMostNames) : text;
}

std::vector<std::string> constant_features(const LinearModel& model) {
  std::vector<std::string> constant = columns_without_features(model.encoder);
  const std::vector<std::string> names = model.encoder.feature_names();
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (model.feature_scale[j] == 0) constant.push_back(names[j]);
  }
  return constant;
}

std::vector<std::string> numbering_features(RowSource& rows, const LinearModel& model, Progress& progress) {
  std::vector<std::size_t> candidates;
  for (const FeatureGroup& group : feature_groups(model.encoder, rows.columns())) {
    if (!group.categorical && model.feature_scale[group.begin] > 0) candidates.push_back(group.begin);
  }
  std::vector<std::string> numbering;
  const std::vector<std::string> names = model.encoder.feature_names();
  for (const std::size_t j : counting_columns(rows, std::move(candidates), progress)) numbering.push_back(names[j]);
  return numbering;
}

void tell_of_rare_classes(const RowsMeaning& meaning, const TargetFacts& facts, std::vector<std::string>& notes) {
  const auto [least, most] = std::minmax_element(facts.class_weight.begin(), facts.class_weight.end());
  if (*most < DoctorOptions().class_ratio * *least) return;
  notes.push_back(fmt::format(
      "class '{}' has {:.6g} of {:.6g} training rows: look at log loss and AUC rather than "
      "accuracy (--class-weights balanced makes a miss cost more)",
      meaning.classes[static_cast<std::size_t>(least - facts.class_weight.begin())], *least, facts.weight_sum));
}

}  // namespace

std::vector<std::string> table_notes(RowSource& rows, const RowsMeaning& meaning, const LinearModel& model,
                                     const FitOptions& options, Progress& progress) {
  std::vector<std::string> notes;
  const std::vector<std::string> constant = constant_features(model);
  if (!constant.empty()) {
    notes.push_back(fmt::format(
        "{} {} one value in all training rows: {}",
        constant.size() == 1 ? "feature " + listed(constant)
                             : fmt::format("{} features ({})", constant.size(), listed(constant)),
        constant.size() == 1 ? "has" : "have", model.network ? "nothing is learned from it" : "the coefficient is 0"));
  }
  if (!meaning.classes.empty() && options.class_weights == ClassWeighting::none) {
    tell_of_rare_classes(meaning, read_target(rows, {meaning.classes.size(), 0}), notes);
  }
  if (static_cast<double>(rows.rows()) < 2 * DoctorOptions().least_rows) return notes;
  const std::vector<std::string> numbering = numbering_features(rows, model, progress);
  if (!numbering.empty()) {
    notes.push_back(fmt::format(
        "{}: whole numbers in the order of the rows: a row number, or a time? --drop leaves out", listed(numbering)));
  }
  return notes;
}

}  // namespace plumbline
