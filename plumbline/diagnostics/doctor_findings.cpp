#include "plumbline/diagnostics/doctor_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "plumbline/core/constants.hpp"

namespace plumbline {

namespace {

Finding finding(FindingKind kind, std::vector<std::string> columns, double value, double threshold,
                std::string detail) {
  Finding made;
  made.kind = kind;
  made.columns = std::move(columns);
  made.value = value;
  made.threshold = threshold;
  made.detail = std::move(detail);
  return made;
}

std::vector<std::string> names_of(const std::vector<std::size_t>& features, const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (const std::size_t j : features) chosen.push_back(names[j]);
  return chosen;
}

double count(std::size_t n) { return static_cast<double>(n); }

}  // namespace

std::vector<Finding> missing_findings(const DoctorInput& input, std::size_t records, const DoctorOptions& options) {
  std::vector<Finding> found;
  for (const ColumnFacts& column : input.columns) {
    const double share = count(column.missing) / count(std::max<std::size_t>(records, 1));
    if (column.missing == 0 || share <= options.missing_share) continue;
    found.push_back(finding(FindingKind::missing_values, {column.name}, share, options.missing_share,
                            fmt::format("{} of {} cells are missing", column.missing, records)));
  }
  return found;
}

std::vector<Finding> left_out_findings(const DoctorInput& input, std::size_t records) {
  std::vector<Finding> found;
  for (const ColumnFacts& column : input.columns) {
    if (column.left_out.empty() || column.missing == records) continue;
    found.push_back(
        finding(FindingKind::identifier, {column.name}, kNaN, kNaN, "left out already: " + column.left_out));
  }
  return found;
}

std::vector<Finding> identifier_findings(const std::vector<std::size_t>& features,
                                         const std::vector<std::string>& names) {
  std::vector<Finding> found;
  for (const std::size_t j : features) {
    found.push_back(finding(FindingKind::identifier, {names[j]}, kNaN, kNaN,
                            "whole numbers, all different, in the order of the rows: a row number, or a time"));
  }
  return found;
}

std::vector<Finding> constant_findings(std::vector<std::string> columns) {
  if (columns.empty()) return {};
  const std::size_t found = columns.size();
  return {finding(FindingKind::constant_columns, std::move(columns), count(found), kNaN,
                  fmt::format("{} with one value in every row", found == 1 ? "a column" : "columns"))};
}

std::vector<Finding> duplicate_column_findings(const DuplicateColumns& sets, const std::vector<std::string>& names) {
  std::vector<Finding> found;
  for (const std::vector<std::size_t>& set : sets) {
    std::string detail;
    for (const std::size_t j : set) detail += (detail.empty() ? "" : " = ") + names[j];
    found.push_back(finding(FindingKind::duplicate_columns, names_of(set, names), count(set.size()), kNaN,
                            detail + " in every row"));
  }
  return found;
}

std::vector<Finding> leak_findings(const std::vector<Leak>& leaks, const std::vector<FeatureGroup>& groups,
                                   const DoctorInput& input, const DoctorOptions& options) {
  const bool number = input.classes.empty() && input.labels.empty();
  std::vector<Finding> found;
  for (const Leak& leak : leaks) {
    std::string detail = fmt::format("alone predicts {} with {} {:.4f}",
                                     input.labels.empty() ? "the target" : "'" + input.labels[leak.label] + "'",
                                     !number        ? "AUC"
                                     : leak.by_rank ? "an R² of the ranks of"
                                                    : "R²",
                                     leak.value);
    found.push_back(finding(FindingKind::leak, {groups[leak.group].name}, leak.value,
                            number ? options.leak_r2 : options.leak_auc, std::move(detail)));
  }
  return found;
}

std::vector<Finding> balance_findings(const TargetFacts& facts, const DoctorInput& input,
                                      const DoctorOptions& options) {
  std::vector<Finding> found;
  const std::vector<double>& weight = facts.class_weight;
  const auto judge = [&](double least, double most, const std::string& rare) {
    const double ratio = most / least;
    if (!(ratio >= options.class_ratio)) return;
    found.push_back(finding(FindingKind::class_imbalance, {}, ratio, options.class_ratio,
                            fmt::format("'{}' has {:.3g} rows of {:.6g}", rare, least, facts.weight_sum)));
  };
  if (!input.classes.empty()) {
    const auto [least, most] = std::minmax_element(weight.begin(), weight.end());
    judge(*least, *most, input.classes[static_cast<std::size_t>(least - weight.begin())]);
  }
  for (std::size_t k = 0; k < input.labels.size(); ++k) {
    const double ones = weight[k], zeros = facts.weight_sum - ones;
    judge(std::min(ones, zeros), std::max(ones, zeros), input.labels[k] + (ones <= zeros ? " = 1" : " = 0"));
  }
  return found;
}

std::vector<Finding> collinearity_findings(const Collinearity& found, const std::vector<CorrelatedPair>& pairs,
                                           const CollinearityInput& input, const DoctorOptions& options) {
  std::vector<Finding> findings;
  std::set<std::size_t> named;
  for (const CollinearSet& set : found.sets) {
    findings.push_back(finding(FindingKind::collinear_set, names_of(set.columns, input.names), set.value,
                               options.dependent, set.relation));
  }
  for (const CorrelatedPair& pair : pairs) {
    if (std::isinf(found.vif[pair.first]) && std::isinf(found.vif[pair.second])) continue;
    named.insert({pair.first, pair.second});
    findings.push_back(finding(FindingKind::near_duplicate, names_of({pair.first, pair.second}, input.names),
                               std::fabs(pair.correlation), options.near_duplicate,
                               fmt::format("r = {:.6f}", pair.correlation)));
  }
  for (const CollinearSet& set : found.near_sets) {
    named.insert(set.columns.begin(), set.columns.end());
    findings.push_back(finding(FindingKind::near_collinear_set, names_of(set.columns, input.names), set.value,
                               options.condition_index, set.relation));
  }
  for (std::size_t g = 0; input.name_sets && g < input.groups.size(); ++g) {
    const FeatureGroup& group = input.groups[g];
    const double others = count(found.rank) - 1 - count(group.count);
    const double vif = found.group_vif[g];
    const auto first_named = named.lower_bound(group.begin);
    const bool told = first_named != named.end() && *first_named < group.begin + group.count;
    if (!std::isfinite(vif) || told || adjusted_vif(vif, input.weight_sum, others) < options.vif) continue;
    findings.push_back(finding(FindingKind::inflated_variance, {group.name}, vif, options.vif,
                               fmt::format("the other columns explain {:.2f} % of it", 100 * (1 - 1 / vif))));
  }
  return findings;
}

std::vector<Finding> duplicate_row_findings(const DuplicateRows& rows, const DoctorOptions& options) {
  if (count(rows.count) < options.duplicate_rows) return {};
  std::string detail = fmt::format("{} {} an earlier one in every cell and the target", rows.count,
                                   rows.count == 1 ? "row repeats" : "rows repeat");
  if (rows.unconfirmed > 0) detail += fmt::format(" ({} by their hash alone)", rows.unconfirmed);
  Finding made = finding(FindingKind::duplicate_rows, {}, count(rows.count), options.duplicate_rows, std::move(detail));
  made.rows = rows.rows;
  made.originals = rows.originals;
  return {std::move(made)};
}

std::vector<Finding> outlying_row_findings(std::vector<OutlyingRow> rows, double threshold,
                                           const DoctorOptions& options) {
  if (rows.empty()) return {};
  std::stable_sort(rows.begin(), rows.end(),
                   [](const OutlyingRow& a, const OutlyingRow& b) { return a.leverage > b.leverage; });
  Finding made = finding(
      FindingKind::outlying_rows, {}, rows.front().leverage, threshold,
      fmt::format("{} of leverage {:.3g} or more, the largest {:.3g}",
                  rows.size() == 1 ? "a row" : fmt::format("{} rows", rows.size()), threshold, rows.front().leverage));
  for (std::size_t q = 0; q < std::min(rows.size(), options.rows_named); ++q) made.rows.push_back(rows[q].row);
  return {std::move(made)};
}

}  // namespace plumbline
