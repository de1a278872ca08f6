#pragma once

#include <cstddef>
#include <vector>

namespace plumbline {

class EmpiricalRisk;

/// How well a fit at one l2 predicts rows that it has not seen.
struct L2Point {
  double l2 = 0;
  double loss = 0;            ///< weighted mean of the held-out rows' losses
  double standard_error = 0;  ///< of that mean: √(Σ s (l − mean)²/(Σs − 1)/Σs)
};

/// An l2 chosen by prediction, and what it was chosen from.
struct L2Choice {
  double l2 = 0;
  double best_l2 = 0;           ///< with the smallest loss
  std::vector<L2Point> curve;   ///< from the largest l2 to the smallest; all finite
  const char* method = "none";  ///< "leave-one-out", "cross-validation"; "none": there is nothing that l2 could change
  std::size_t folds = 0;        ///< of cross-validation
};

/// From Σ s l and Σ s l² over rows of weight Σs.
L2Point point_from_sums(double l2, double weight_sum, double loss, double squared_loss);

/// The largest l2 whose loss is within one standard error of the smallest (Breiman, Friedman, Olshen and Stone 1984,
/// §3.4.3). Points that are not finite are taken out of the curve. Keeps l2 = best_l2 = 0 where no point is left.
void choose_within_one_standard_error(L2Choice& choice);

/// l2 from the largest that is worth a try, six decades down, `points_per_decade` a decade, equal steps in log l2. The
/// largest is where no fit can gain more than a hundredth of the intercept-only model's loss f: by strong convexity it
/// gains at most Σ g_j²/(2 l2 factor_j), g the gradient there, so l2_max = Σ g_j²/(2 factor_j)/(f/100). Empty where g
/// is 0. For losses that are >= 0. One pass over X.
std::vector<double> l2_grid(EmpiricalRisk& risk, std::size_t points_per_decade);

}  // namespace plumbline
