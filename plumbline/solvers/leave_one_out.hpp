#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/l2_path_curve.hpp"
#include "plumbline/solvers/ridge_spectrum.hpp"

namespace plumbline {

/// The leave-one-out losses ½ (y_i − ŷ_i)² of ridge regression at each of `l2s`, ŷ_i predicted by the fit without row
/// i, in closed form (Allen 1974; Golub, Heath and Wahba 1979):
///
///   y_i − ŷ_i = e_i/(1 − h_i),   e_i the residual and h_i = x̃_iᵀ (X̃ᵀS X̃ + n·l2·diag(factor))⁻¹ x̃_i of the full fit
///
/// The intercept is part of x̃. What stays that of the full fit is the coordinates and the penalty in all, n·l2. Of a
/// row of weight s one copy is left out (all of it where s < 1), so that a weight of 2 is the row twice. A point is +∞
/// where a row cannot be left out (h_i = 1), and at l2 = 0 without full rank. One pass over X, 2·n·d² flops and 4·n·d
/// for each l2.
std::vector<L2Point> leave_one_out_curve(EmpiricalRisk& risk, const RidgeSpectrum& spectrum,
                                         const std::vector<double>& l2s, Progress& progress);

/// The largest l2 within one standard error of the one with the smallest leave-one-out loss, on l2_grid with ten points
/// a decade, and 0 where the rank is full. `risk`: squared loss, l2 = 0, up to kWidestSpectrum coordinates. Three
/// passes over X.
L2Choice choose_l2_by_leave_one_out(EmpiricalRisk& risk, Progress& progress);

}  // namespace plumbline
