#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/inference/fitted_linear.hpp"
#include "plumbline/inference/information.hpp"

namespace plumbline {

struct ProfileOptions {
  double level = 0.95;
  std::vector<std::size_t> coordinates;  ///< features j < p, or p for the intercept at x = 0; empty: all
};

/// All values v of a coefficient that a likelihood-ratio test at 1 − level would not reject:
///   2 (max log L − max {log L : coefficient = v}) <= χ²_1 quantile at level.
struct ProfileInterval {
  std::size_t coordinate = 0;
  double estimate = 0;
  double lower = 0, upper = 0;            ///< NaN where not determined or not found
  Undetermined state = Undetermined::no;  ///< why not
};

/// Profile-likelihood confidence intervals for binary logistic regression (also probit and cloglog), in the user's
/// units, at the optimum of `fitted` without a penalty. Each end is found by Newton's method on the rows for all
/// coefficients together (after Venzon and Moolgavkar 1988): on the constraint for the others, on the signed root of
/// the deviance, which is nearly linear, for v. Some five passes over X with the Hessian an end, so 10·(p + 1) for all.
/// Throws std::invalid_argument for other losses,
/// several outputs, a level outside (0, 1) or a coordinate beyond p; Cancelled.
std::vector<ProfileInterval> profile_intervals(const FittedLinear& fitted, const ProfileOptions& options,
                                               Progress& progress = silent_progress());

}  // namespace plumbline
