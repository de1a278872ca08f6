#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// What single rows do to a fit of least squares or ridge, in closed form: every figure is that of a real refit without
/// one copy of the row (all of it where its weight s < 1), which keeps the full fit's coordinates and its penalty in
/// all, n·l2. With A⁻¹ = B Bᵀ of LeastSquaresRoot, t = min(s, 1), u = A⁻¹x̃, Λ = n·l2·diag(factor) and e = y − x̃ᵀw:
///
///   leverage            h = x̃ᵀA⁻¹x̃ of one copy
///   w without the row   w₍ᵢ₎ = w − u·c,   c = t e/(1 − t h)                             (Sherman and Morrison 1950)
///   left_out_prediction ŷ₍ᵢ₎ = y − e/(1 − t h)                                          (Allen 1974)
///   studentised         e/(σ √(1 − t h))
///   externally          e/(σ₍ᵢ₎ √(1 − t h)), σ₍ᵢ₎² = RSS₍ᵢ₎/(n − t − p₍ᵢ₎) of the refit: RSS₍ᵢ₎ = RSS + 2c uᵀΛw +
///                       c²(h − uᵀΛu) − t (e/(1 − t h))², p₍ᵢ₎ = p − t uᵀΛu/(1 − t h) its effective parameters
///   cooks_distance      Σ_j s_j (ŷ_j − ŷ_j₍ᵢ₎)²/(p σ²) = c²(h − uᵀΛu)/(p σ²), p the effective parameters (Cook 1977)
///   dfbetas_j           (w_j − w_j₍ᵢ₎)/(σ₍ᵢ₎ √(A⁻¹)_jj)                      (Belsley, Kuh and Welsch 1980, 2.1–2.6)
///
/// At l2 = 0 these are what R and statsmodels call by the same names. A row of weight 2 is the row twice: the figures
/// are those of either copy. NaN where 1 − t h is 0 but for rounding (nothing else determines what the row does) and
/// where no degree of freedom is left; a row of weight 0 changes nothing.
struct LeverageRows {
  Buffer<double> leverage;                 ///< (n)
  Buffer<double> residual;                 ///< (n): e
  Buffer<double> left_out_prediction;      ///< (n)
  Buffer<double> studentised, externally;  ///< (n)
  Buffer<double> cooks_distance;           ///< (n)
  /// (d), the intercept (at x = 0) last where there is one: the DFBETAS of largest size and their rows. NaN for a
  /// column that carries nothing, and without full rank.
  std::vector<double> largest_dfbetas;
  std::vector<std::size_t> largest_dfbetas_row;
  /// (chosen rows, d): those of the rows that were asked for.
  std::vector<std::vector<double>> dfbetas;
};

struct LeverageOptions {
  bool dfbetas = false;                    ///< also the largest of every coefficient; 2·n·d² flops more
  std::vector<std::size_t> chosen_rows{};  ///< rows whose DFBETAS are wanted
};

/// One pass over X in parallel, 2·n·d² flops (4 with l2 > 0 or DFBETAS); six (n) tables. The same bits for any threads
/// and block size. `risk`: the one that `root` was made of. Throws std::invalid_argument for a chosen row that is none.
LeverageRows leverage_rows(EmpiricalRisk& risk, const LeastSquaresRoot& root, const LeverageOptions& options = {},
                           Progress& progress = silent_progress());

}  // namespace plumbline
