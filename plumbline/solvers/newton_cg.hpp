#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

struct NewtonCgOptions {
  std::size_t max_iterations = 200;
  std::size_t max_products = 500;   ///< Hessian-vector products in one direction
  std::optional<double> tolerance;  ///< stop at ‖g‖ <= tolerance·max(1, ‖w‖) instead of at the certificate

  void validate() const;
};

/// product ← ∇²f(w) v.
using MultiplyHessian = std::function<void(const Vector& w, const Vector& v, Vector& product)>;

/// How newton-cg sees the second derivative: exactly, one product at a time (HessianVector), and roughly, as something
/// to divide by (empty: conjugate gradients go without).
struct CurvatureAccess {
  MultiplyHessian multiply;
  MakePreconditioner precondition;
};

/// Truncated Newton (Dembo and Steihaug 1983; Nocedal and Wright 2006, algorithm 7.1), for smooth f, convex or not:
/// conjugate gradients on ∇²f(w) p = −∇f(w), preconditioned, until the residual is below the forcing term of Eisenstat
/// and Walker (1996, choice 2), then w ← w + p, or the part of it that a line search on cached predictors finds. Where
/// conjugate gradients meet a direction of no positive curvature they stop with what they have, which goes downhill,
/// and the search may also lengthen it. One pass over X an iteration and one a product. The preconditioner is made
/// anew once conjugate gradients have become slow. Ends `completed` when Objective::cheap_gap proves the optimum, or,
/// where that knows no bound, when the Newton decrement is a thousandth of what the certificate allows, or when the
/// tolerance is met; `precision_limit` when rounding hides further progress. Throws Cancelled.
SolverRun minimise_by_newton_cg(Objective& f, Vector w, const NewtonCgOptions& options,
                                const CurvatureAccess& curvature, const Monitor& monitor);

}  // namespace plumbline
