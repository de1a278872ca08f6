#pragma once

#include <string>
#include <vector>

#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/separation.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// What a report calls things: features (p) and outputs; a name that is missing is made of the position.
struct ReportedNames {
  const std::vector<std::string>& features;
  const std::vector<std::string>& outputs;
};

/// Looks for separation of a risk that runs to infinity, starting from the weights that a solver reached, and puts what
/// it finds into the report, features first by their share and with the witness in the user's units. Without a convex
/// loss over several outputs only complete separation counts, where the infimum 0 is approached at infinity.
SeparationKind report_separation(EmpiricalRisk& risk, const Vector& w, const ReportedNames& names, Progress& progress,
                                 SolveReport& report);

/// A label that is the same in every training row sends its intercept, which is not penalised, to infinity. Names those
/// labels; false if there is none.
bool report_constant_labels(EmpiricalRisk& risk, const std::vector<std::string>& labels, SolveReport& report);

/// What a direction w with positive margins shows by itself, where the linear program is too large: the features with
/// at least a tenth of the largest coefficient, for each output that w separates by more than rounding.
void name_by_margins(EmpiricalRisk& risk, const Vector& w, const std::vector<std::string>& feature_names,
                     const std::vector<std::string>& labels, SolveReport& report);

/// A margin that rounding of eta cannot have made.
inline constexpr double kSureMargin = 1e-6;

}  // namespace plumbline
