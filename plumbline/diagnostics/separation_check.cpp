#include "plumbline/diagnostics/separation_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "plumbline/diagnostics/column_basis.hpp"
#include "plumbline/diagnostics/design_factor.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// A direction of the sample's columns that is this small is taken for none: the proof must not rest on rounding.
constexpr double kSureRank = 1e-8;

std::size_t rank_of(RowSource& rows, const Coordinates& at, double weight_sum, Progress& progress) {
  const DesignFactor design = design_factor(rows, at, weight_sum, progress);
  std::vector<Index> order;
  const auto p = static_cast<Index>(at.features());
  if (at.intercept) order.push_back(p);
  for (Index j = 0; j < p; ++j) order.push_back(j);
  return ColumnBasis(design.factor, order, at.intercept, kSureRank).kept().size();
}

/// The direction of one output in the user's units.
std::vector<std::pair<std::string, double>> witness(const OutputSeparation& output, std::size_t k,
                                                    const SeparationWords& words) {
  std::vector<std::pair<std::string, double>> weights;
  const Coordinates& at = words.at;
  const std::size_t d = at.dimension(), p = at.features();
  double intercept = at.intercept ? output.direction[static_cast<Index>(k * d + p)] : 0;
  for (std::size_t j = 0; j < p; ++j) {
    const double weight = at.scale[j] * output.direction[static_cast<Index>(k * d + j)];
    if (weight == 0) continue;
    weights.emplace_back(words.feature_names[j], weight);
    intercept -= weight * at.center[j];
  }
  if (at.intercept) weights.emplace_back("(intercept)", intercept);
  return weights;
}

Finding finding_of(const OutputSeparation& output, const SeparationProblem& problem, const SeparationWords& words) {
  Finding finding;
  finding.kind = FindingKind::separation;
  finding.value = static_cast<double>(output.strict_rows);
  finding.detail = output.kind == SeparationKind::complete ? "complete" : "quasi-complete";
  finding.detail += fmt::format(": a plane has {} of {} rows strictly on their side and none on the wrong one;",
                                output.strict_rows, words.rows);
  for (const SeparationShare& share : output.shares) {
    const std::string name =
        share.feature < words.feature_names.size() ? words.feature_names[share.feature] : "(intercept)";
    finding.detail += fmt::format(" {} {} for '{}',", name, share.positive ? "up" : "down", words.labels[share.output]);
    if (std::find(finding.columns.begin(), finding.columns.end(), name) == finding.columns.end())
      finding.columns.push_back(name);
  }
  finding.detail.pop_back();
  const std::size_t shown = output.shares.empty() || problem.classes == 0 ? 0 : output.shares.front().output;
  finding.witness = witness(output, shown, words);
  return finding;
}

/// Columns up to which each is tried to be spared, and of these, those that have a share.
constexpr std::size_t kMostColumns = 200, kMostSpared = 32;

std::vector<std::size_t> strict_rows(const SeparationResult& result) {
  std::vector<std::size_t> rows;
  for (const OutputSeparation& output : result.outputs) rows.push_back(output.strict_rows);
  return rows;
}

/// Looks for a direction that does what another one does, by fewer columns.
class FewerColumns final {
 public:
  FewerColumns(const SeparationSearch& search, Progress& progress)
      : search_(search), progress_(progress), few_(search.sample.source()), part_(search.problem) {
    part_.weight_sum = search.sample.weight_sum();
    for (std::size_t j = 0; j < search.at.features(); ++j) used_.push_back(search.at.scale[j] != 0);
  }

  /// `all`: what every column together does to all rows.
  SeparationResult run(SeparationResult all) {
    now_ = find_separation(*few_, search_.at, part_, progress_);
    if (!now_.separated()) return all;
    const std::vector<std::size_t> whole = strict_rows(now_);
    const std::vector<bool> every = used_;
    std::vector<bool> without = used_;
    for (std::size_t j = 0; j < without.size(); ++j) without[j] = used_[j] && !search_.redundant[j];
    attempt(without, whole);
    if (now_.outputs.size() == 1 && used_.size() <= kMostColumns) spare_each(whole);
    if (used_ == every) return all;
    SeparationResult fewer = find_separation(search_.source, restricted(used_), search_.problem, progress_);
    return strict_rows(fewer) == strict_rows(all) ? std::move(fewer) : std::move(all);
  }

 private:
  Coordinates restricted(const std::vector<bool>& used) const {
    Coordinates at = search_.at;
    for (std::size_t j = 0; j < used.size(); ++j) at.scale[j] = used[j] ? at.scale[j] : 0;
    return at;
  }

  void attempt(const std::vector<bool>& used, const std::vector<std::size_t>& whole) {
    if (used == used_) return;
    SeparationResult result = find_separation(*few_, restricted(used), part_, progress_);
    if (strict_rows(result) != whole) return;
    used_ = used;
    now_ = std::move(result);
  }

  /// The columns of the present direction by their share, largest first.
  std::vector<std::size_t> by_share() const {
    std::vector<std::size_t> features;
    for (const SeparationShare& share : now_.outputs.front().shares) {
      const bool seen = std::find(features.begin(), features.end(), share.feature) != features.end();
      if (share.feature < used_.size() && !seen) features.push_back(share.feature);
    }
    return features;
  }

  void spare_each(const std::vector<std::size_t>& whole) {
    const std::vector<std::size_t> named = by_share();
    std::vector<bool> only(used_.size(), false);
    for (const std::size_t j : named) only[j] = true;
    attempt(only, whole);
    const auto left = static_cast<std::size_t>(std::count(used_.begin(), used_.end(), true));
    if (left > kMostSpared) return;
    std::vector<std::size_t> order;  // those without a share first, then the smallest
    for (std::size_t j = 0; j < used_.size(); ++j) {
      if (used_[j] && !only[j]) order.push_back(j);
    }
    order.insert(order.end(), named.rbegin(), named.rend());
    for (const std::size_t j : order) {
      std::vector<bool> without = used_;
      without[j] = false;
      attempt(without, whole);
    }
  }

  const SeparationSearch& search_;
  Progress& progress_;
  std::unique_ptr<MemorySource> few_;
  SeparationProblem part_;
  std::vector<bool> used_;
  SeparationResult now_;  ///< on the sample, by the columns in use
};

}  // namespace

SeparationResult check_separation(const SeparationSearch& search, Progress& progress) {
  if (!search.sample.whole) {
    const auto few = search.sample.source();
    SeparationProblem part = search.problem;
    part.weight_sum = search.sample.weight_sum();
    const bool full_rank = rank_of(*few, search.at, part.weight_sum, progress) == search.rank;
    if (full_rank) {
      SeparationResult result = find_separation(*few, search.at, part, progress);
      if (result.overlapping()) return result;
    }
  }
  SeparationResult result = find_separation(search.source, search.at, search.problem, progress);
  if (!result.separated()) return result;
  return FewerColumns(search, progress).run(std::move(result));
}

std::vector<Finding> separation_findings(const SeparationResult& result, const SeparationProblem& problem,
                                         const SeparationWords& words) {
  std::vector<Finding> findings;
  for (const OutputSeparation& output : result.outputs) {
    if (output.kind != SeparationKind::complete && output.kind != SeparationKind::quasi) continue;
    findings.push_back(finding_of(output, problem, words));
  }
  return findings;
}

}  // namespace plumbline
