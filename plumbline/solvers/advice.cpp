#include "plumbline/solvers/advice.hpp"

#include <fmt/format.h>

namespace plumbline {

namespace {

std::string distance(const SolveReport& report, double allowed) {
  if (!report.gap) return "How far it is from the optimum is not known (" + report.gap_reason + ").";
  return fmt::format("The objective is within {:.2g} of the optimum; {:.2g} would be proof.", *report.gap, allowed);
}

}  // namespace

std::string advice_for(const SolveReport& report, const AdviceContext& context) {
  switch (report.verdict) {
    case Verdict::optimal:
      return "";
    case Verdict::completed:
      return "Stopped by its own rule, as asked. " + distance(report, context.allowed_gap);
    case Verdict::iteration_limit:
      return distance(report, context.allowed_gap) +
             (context.solver == SolverChoice::sgd || context.solver == SolverChoice::adam
                  ? " Try more --epochs, another --step-size, or --solver auto."
              : has_fixed_steps(context.solver) ? " Try a larger --step-size, more --max-iterations, or --solver auto."
                                                : " Try more --max-iterations, or a larger --l2.");
    case Verdict::line_search_failed:
      return "No step along the last direction lowered the objective. " + distance(report, context.allowed_gap) +
             " Try --solver newton or a larger --l2.";
    case Verdict::precision_limit:
      return "Rounding hides further progress. " + distance(report, context.allowed_gap) +
             (context.may_be_separated ? " Without a penalty, coefficients may be growing without end (a class that "
                                         "some features single out): use --l2 above 0."
                                       : " Try a larger --l2.");
    case Verdict::non_finite:
      if (!report.collinear.empty()) {
        return "Some columns depend on each other, so that the normal matrix has no inverse: use --solver svd or qr, "
               "or "
               "--l2 above 0.";
      }
      return has_fixed_steps(context.solver)
                 ? "The iteration diverged: try a smaller --step-size, or --standardize on."
                 : "The objective left the range of doubles: look for extreme values in the data.";
    case Verdict::separated:
      return std::string(
                 "Without a penalty the coefficients that tell these rows apart grow without end: use --l2 above 0") +
             (context.firth_serves ? ", or --firth." : ".") + " A witness, checked on every row, is in --json.";
    case Verdict::rank_deficient:
      return "Some columns depend on each other, so their coefficients are not determined one by one; predictions are. "
             "Drop one of each set (--drop), or use --l2 above 0.";
    case Verdict::cancelled:
      return "Interrupted.";
  }
  return "";
}

}  // namespace plumbline
