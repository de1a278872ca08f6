#pragma once

#include <optional>
#include <string>

#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/report/json_figures.hpp"

namespace plumbline {

/// A rule, and what its sets came to.
struct ConformalReport {
  const ConformalRule* rule = nullptr;
  const std::vector<std::string>* classes = nullptr;  ///< their names, of a rule of class sets
  const SetSummary* measured = nullptr;               ///< or null: no row to measure it on
  std::string unmeasured = "not measured";            ///< why, in that case
};

/// {"method","miscoverage","class_conditional","randomized","allow_empty","rows","threshold","coverage","mean_size",
/// "guarantee"}, class-conditional also "thresholds" and "class_coverage" by class. What is not finite is null with a
/// reason beside it. raps: also its constants.
OrderedJson conformal_json(const ConformalReport& report);

/// Of a fit or an evaluation; null where the model has no rule.
OrderedJson conformal_json(const LinearModel& model, const std::optional<SetSummary>& measured);

/// Of a saved model: the same without what is measured.
OrderedJson saved_conformal_json(const LinearModel& model);

/// For reading: method, threshold, coverage and size, and the guarantee in one sentence. Ends with a line feed.
std::string conformal_lines(const ConformalReport& report, const char* where);
std::string conformal_lines(const LinearModel& model, const std::optional<SetSummary>& measured, const char* where);
std::string saved_conformal_lines(const LinearModel& model);

}  // namespace plumbline
