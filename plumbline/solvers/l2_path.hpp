#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/l2_path_curve.hpp"
#include "plumbline/solvers/l2_path_folds.hpp"

namespace plumbline {

/// Minimises a fold's risk from a start; a rough minimum is enough (the gradient down to a millionth of that of the
/// intercept-only model).
using FitFold = std::function<Vector(EmpiricalRisk& risk, const Vector& start)>;

struct L2PathOptions {
  std::size_t folds = 5;
  std::uint64_t seed = 0;
  bool stratify = false;  ///< targets are class indices (or 0/1) in one column
  /// Empty: Newton's method up to kWidestFoldNewton weights, beyond it L-BFGS; the interior point for losses with
  /// kinks.
  FitFold fit;
};

inline constexpr Eigen::Index kWidestFoldNewton = 1000;

/// The penalty of `--l2 auto`: for squared loss up to kWidestSpectrum coordinates choose_l2_by_leave_one_out, else
/// cross-validation along a path (Friedman, Hastie and Tibshirani 2010, §2.5): on l2_grid with four points a decade,
/// from the largest l2 to the smallest, each fold is fitted from where it stood at the l2 before, and predicts the rows
/// that it has not seen. A fold minimises its own objective, with the same l2; coordinates stay those of all rows. The
/// path ends early once three points in a row are worse than the best by more than one standard error. The largest l2
/// within one standard error of the best is chosen.
///
/// `risk`: of all training rows, l2 = 0, a loss that is >= 0 (of its `coordinates`, the penalty factors count). The fit
/// itself is the caller's, with a risk of the chosen l2. Throws Cancelled.
L2Choice choose_l2(EmpiricalRisk& risk, const L2PathOptions& options, Progress& progress);

/// The losses of rows of each fold under the weights that were fitted without it, weights (count), each of the risk's
/// dimension. One pass over X.
L2Point held_out_point(EmpiricalRisk& risk, const Folds& folds, const std::vector<Vector>& weights, Progress& progress);

}  // namespace plumbline
