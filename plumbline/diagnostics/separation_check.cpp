#include "plumbline/diagnostics/separation_check.hpp"

#include <fmt/format.h>

#include <algorithm>
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

}  // namespace

SeparationResult check_separation(RowSource& source, const RowSample& sample, const Coordinates& at,
                                  const SeparationProblem& problem, std::size_t rank, Progress& progress) {
  if (!sample.whole) {
    const auto few = sample.source();
    SeparationProblem part = problem;
    part.weight_sum = sample.weight_sum();
    const bool full_rank = rank_of(*few, at, part.weight_sum, progress) == rank;
    if (full_rank) {
      SeparationResult result = find_separation(*few, at, part, progress);
      if (result.overlapping()) return result;
    }
  }
  return find_separation(source, at, problem, progress);
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
