#pragma once

#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

/// Ridge in its dual form, for n < p: α = (A Aᵀ + Σs·l2·I)⁻¹ √S (y − ȳ), w = F^(−½) Aᵀ α, with A = √S X̃ F^(−½) and F
/// the penalty factors (subject C.4.2; the push-through identity). At l2 = 0 the pseudo-inverse of A Aᵀ gives the
/// solution of minimum norm, verdict rank_deficient unless n > p. The features must be centred at their weighted means
/// (as standardized_coordinates does with an intercept), so that the intercept is ȳ. With l2 > 0 refined with gradients
/// from the rows. The only solver that has all of X in memory as doubles, as the form needs: n·p + n² of them. Throws
/// UsageError where that is more than kMostDualCells, or where a feature goes unpenalised at l2 > 0. n²·p + n³/3 flops.
LeastSquaresRun solve_by_dual(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor);

/// 2 GB.
inline constexpr double kMostDualCells = 256 << 20;

}  // namespace plumbline
