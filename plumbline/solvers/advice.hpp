#pragma once

#include <string>

#include "plumbline/solvers/options.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

struct AdviceContext {
  SolverChoice solver = SolverChoice::automatic;
  double l2 = 0;
  double allowed_gap = 0;         ///< what would have been `optimal`
  bool may_be_separated = false;  ///< l2 = 0, and no proof that a finite optimum exists
  bool firth_serves = false;      ///< --firth goes with the loss
};

/// One or two sentences on what the verdict means for the user and what to try next; empty for a plain optimum.
std::string advice_for(const SolveReport& report, const AdviceContext& context);

}  // namespace plumbline
