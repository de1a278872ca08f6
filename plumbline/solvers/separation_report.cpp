#include "plumbline/solvers/separation_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/solvers/user_units.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

std::string name_at(const std::vector<std::string>& names, std::size_t at) {
  return at < names.size() ? names[at] : std::string();
}

std::string feature_at(const EmpiricalRisk& risk, const std::vector<std::string>& names, std::size_t j) {
  if (j == risk.coordinates().features()) return "(intercept)";
  return j < names.size() ? names[j] : fmt::format("x{}", j);
}

/// The direction as weights of the whole model, in the user's units.
SolveReport::Witness witness_of(const EmpiricalRisk& risk, const OutputSeparation& found, bool classes) {
  const std::size_t outputs = risk.outputs(), p = risk.coordinates().features();
  Vector w = Vector::Zero(static_cast<Index>(outputs * risk.width()));
  w.segment(static_cast<Index>(found.label * risk.width()), found.direction.size()) =
      found.direction / found.direction.cwiseAbs().maxCoeff();
  if (classes) sum_to_zero(risk, w);
  const LinearSolution solution = to_user_units(risk, w, true);
  SolveReport::Witness witness;
  witness.complete = found.kind == SeparationKind::complete;
  witness.strict_rows = found.strict_rows;
  const std::size_t first = classes ? 0 : found.label, count = classes ? outputs : 1;
  witness.outputs = count;
  for (std::size_t k = first; k < first + count; ++k) witness.intercept.push_back(solution.center_intercept[k]);
  for (std::size_t j = 0; j < p; ++j) {
    for (std::size_t k = first; k < first + count; ++k) {
      witness.coefficients.push_back(solution.coefficients[j * outputs + k]);
    }
  }
  return witness;
}

}  // namespace

SeparationKind report_separation(EmpiricalRisk& risk, const Vector& w, const ReportedNames& names, Progress& progress,
                                 SolveReport& report) {
  const bool classes = risk.is_shift_invariant() || (!risk.traits().convex && risk.outputs() > 1);
  const bool complete_only = classes && !risk.traits().convex;
  const std::size_t outputs = risk.outputs();
  const SeparationProblem problem{classes ? 1 : outputs, classes ? outputs : 0, risk.weight_sum()};
  const SeparationResult result = find_separation(risk.source(), risk.coordinates(), problem, progress, &w);
  SeparationKind kind = result.overlapping() ? SeparationKind::none : SeparationKind::undecided;
  for (const OutputSeparation& found : result.outputs) {
    const bool complete = found.kind == SeparationKind::complete;
    if (!complete && (found.kind != SeparationKind::quasi || complete_only)) continue;
    if (kind != SeparationKind::complete) kind = found.kind;
    for (const SeparationShare& share : found.shares) {
      report.separated.push_back({feature_at(risk, names.features, share.feature), share.positive ? '+' : '-',
                                  name_at(names.outputs, share.output)});
    }
    SolveReport::Witness witness = witness_of(risk, found, classes);
    if (!classes) witness.label = name_at(names.outputs, found.label);
    report.witnesses.push_back(std::move(witness));
  }
  return kind;
}

bool report_constant_labels(EmpiricalRisk& risk, const std::vector<std::string>& labels, SolveReport& report) {
  const std::vector<std::size_t> constant = risk.constant_labels();
  for (const std::size_t k : constant) {
    report.separated.push_back({"(intercept)", risk.label_of_first_row(k) ? '+' : '-', name_at(labels, k)});
  }
  return !constant.empty();
}

void name_by_margins(EmpiricalRisk& risk, const Vector& w, const std::vector<std::string>& feature_names,
                     const std::vector<std::string>& labels, SolveReport& report) {
  const std::size_t p = risk.coordinates().features(), d = risk.width();
  const double largest = w.cwiseAbs().maxCoeff();
  const std::vector<double> margins = risk.smallest_margins(w);
  for (std::size_t k = 0; k < risk.outputs(); ++k) {
    if (margins[margins.size() == 1 ? 0 : k] <= kSureMargin) continue;
    for (std::size_t j = 0; j < p; ++j) {
      const double value = w[static_cast<Index>(k * d + j)];
      if (std::fabs(value) < 0.1 * largest) continue;
      report.separated.push_back({feature_at(risk, feature_names, j), value > 0 ? '+' : '-', name_at(labels, k)});
    }
  }
}

}  // namespace plumbline
