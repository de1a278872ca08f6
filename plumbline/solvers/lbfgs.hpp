#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct LbfgsOptions {
  std::size_t max_iterations = 10000;
  std::size_t memory = 20;          ///< pairs (s, y) kept
  std::optional<double> tolerance;  ///< stop at ‖g‖ <= tolerance·max(1, ‖w‖) instead of at the certificate

  void validate() const;
};

/// Makes an approximation of the Hessian at w; empty: there is none, and the usual scaled identity is taken.
using MakePreconditioner = std::function<std::unique_ptr<Preconditioner>(const Vector& w)>;

/// Limited-memory BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5). The two-loop recursion starts
/// from a preconditioner that is made anew now and then (after 10, 30, 90, … iterations), since curvature moves with w.
/// One pass over X an iteration: the full step is tried with its gradient, and only if it does not decrease f enough is
/// a shorter one sought on cached predictors. Ends `completed` when Objective::cheap_gap proves the optimum (or the
/// tolerance is met), `precision_limit` when rounding hides further progress. Throws Cancelled.
SolverRun minimise_by_lbfgs(Objective& f, Vector w, const LbfgsOptions& options,
                            const MakePreconditioner& make_preconditioner, const Monitor& monitor);

}  // namespace plumbline
