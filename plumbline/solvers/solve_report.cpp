#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::optimal:
      return "optimal";
    case Verdict::completed:
      return "completed";
    case Verdict::iteration_limit:
      return "iteration_limit";
    case Verdict::line_search_failed:
      return "line_search_failed";
    case Verdict::precision_limit:
      return "precision_limit";
    case Verdict::non_finite:
      return "non_finite";
    case Verdict::separated:
      return "separated";
    case Verdict::rank_deficient:
      return "rank_deficient";
    case Verdict::cancelled:
      return "cancelled";
  }
  return "?";
}

}  // namespace plumbline
