#pragma once

#include <cstddef>

#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// Ridge regression at every l2 at once, from one eigendecomposition. In directions t = Mᵀx̃ the normal matrix and the
/// penalty are both diagonal:
///
///   Mᵀ X̃ᵀS X̃ M = diag(curvature),   n·l2·Mᵀ diag(factor) M = n·l2·diag(penalised),   n = Σs
///
/// so that the solution is w(l2) = M·[correlation_k/(curvature_k + n·l2·penalised_k)] (Hoerl and Kennard 1970). The
/// intercept and features of factor 0 come first, with curvature 1 and penalised 0; the others are taken about what
/// these explain of them, and have penalised 1.
struct RidgeSpectrum {
  Matrix directions;        ///< M (d, r), r the rank as far as rounding lets it be known
  Vector curvature;         ///< (r), > 0
  Vector penalised;         ///< (r), 0 or 1
  Vector correlation;       ///< (r): MᵀX̃ᵀS(y − target_shift)
  double target_shift = 0;  ///< the weighted mean of y, 0 without an intercept
  double weight_sum = 0;    ///< n
  bool full_rank = true;    ///< no direction was left out, and l2 = 0 keeps some digits: curvatures within 1e12

  /// (r): 1/(curvature + n·l2·penalised).
  Vector shrinkage(double l2) const;
  /// w(l2) (d), in the risk's coordinates.
  Vector solution(double l2) const;
  /// How much more the mean squared residual is at l2 than at 0.
  double excess_mean_square(double l2) const;
};

/// Widest design for which a d × d eigendecomposition (some 10·d³ flops) is worth its time.
inline constexpr std::size_t kWidestSpectrum = 2048;

/// `risk`: squared loss, l2 = 0, at most kWidestSpectrum coordinates. One pass over X, n·d² flops.
RidgeSpectrum ridge_spectrum(EmpiricalRisk& risk);

}  // namespace plumbline
