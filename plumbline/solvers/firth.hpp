#pragma once

#include <vector>

#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/newton.hpp"

namespace plumbline {

/// Where Newton's method on FirthRisk stopped.
struct FirthRun {
  /// Value and gradient are those of FirthRisk. decrement2 = gᵀH⁻¹g where H is the Hessian itself, of full rank and
  /// positive definite there: with ½ decrement2 within the monitor's bound about `null_value` the point is a proved
  /// local minimum. Negative: no such proof.
  SolverRun run;
  double null_value = 0;  ///< FirthRisk of the intercept-only model, to judge the run by
  /// Sets of coordinates that depend on each other, as LeastSquaresRun has them. Not empty: I is singular, the prior is
  /// taken on a basis of the columns, `run.w` is the solution of minimum norm, and `run.ended` is rank_deficient.
  std::vector<std::vector<Eigen::Index>> dependent_sets;
};

/// Firth's bias-reduced logistic regression (see FirthRisk) for a `risk` of logistic loss with one label and l2 = 0,
/// from its intercept-only model. Finite also where the classes are separated, or all of one class. Newton with the
/// exact Hessian where that is affordable (FirthRisk::has_exact_hessian), else Fisher scoring to where rounding stops
/// it. Of `monitor`, progress and trace are used; its null value is set here. Throws Cancelled.
FirthRun fit_firth(EmpiricalRisk& risk, const NewtonOptions& options, Monitor monitor);

}  // namespace plumbline
