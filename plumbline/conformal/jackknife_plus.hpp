#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/conformal/intervals.hpp"
#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// Jackknife+ intervals (Barber, Candès, Ramdas and Tibshirani 2021) of least squares and ridge, without a refit and
/// without calibration rows. With t = min(s, 1), the leverage h_i of one copy of training row i and e_i = y_i − ŷ(x_i)
///
///   ŷ₍ᵢ₎(x) = ŷ(x) − x̃ᵀA⁻¹x̃_i · t e_i/(1 − t h_i),   R_i = |e_i|/(1 − t h_i)          (LeverageRows; A⁻¹ = B Bᵀ)
///   C(x) = [ the ⌊(n+1)α⌋-th smallest ŷ₍ᵢ₎(x) − R_i,  the ⌈(n+1)(1−α)⌉-th smallest ŷ₍ᵢ₎(x) + R_i ]
///
/// ŷ₍ᵢ₎ is the exact refit without one copy of the row that keeps the full fit's coordinates (standardisation, levels,
/// imputed means) and its penalty in all, n·l2. Whatever the distribution, exchangeable rows are covered with
/// probability at least 1 − 2α if the whole fit is symmetric in its rows; in practice it is close to 1 − α where the
/// fit is stable. What is kept from the full fit makes even that approximate, by as much as one row moves it: at l2 = 0
/// the standardisation makes no difference at all. A row that cannot be left out (1 − t h_i = 0) makes its ends
/// infinite. Weights are frequencies, as in conformal_threshold; both ends follow its rank.
class JackknifePlus final {
 public:
  /// One pass over X, 2·n·d² flops (4 with l2 > 0). `risk`: squared loss, at its optimum, with the `root` made of it;
  /// both must outlive this. (n) tables of steps, residuals and weights.
  JackknifePlus(EmpiricalRisk& risk, const LeastSquaresRoot& root, Progress& progress = silent_progress());

  /// `query` (d, Q): columns x̃ in the risk's coordinates (row_in_coordinates); `prediction` (Q): the model's ŷ. For
  /// every 16 queries one pass over X, 2·n·d flops and O(n) a query for the ranks; 16·n doubles. The same bits for any
  /// threads and block size.
  std::vector<Interval> intervals(const Matrix& query, const std::vector<double>& prediction, double miscoverage,
                                  Progress& progress = silent_progress()) const;

  /// (n): ŷ₍ᵢ₎(x) for one query, as above; NaN for a row that cannot be left out.
  std::vector<double> left_out_predictions(const Vector& query, double prediction) const;
  /// (n): R_i; +∞ for a row that cannot be left out.
  const Buffer<double>& left_out_residuals() const { return reach_; }

 private:
  /// (n, Q): x̃_iᵀA⁻¹x̃.
  Buffer<double> reaches(const Matrix& query, Progress& progress) const;

  EmpiricalRisk& risk_;
  const LeastSquaresRoot& root_;
  Buffer<double> step_;    ///< (n): t e/(1 − t h)
  Buffer<double> reach_;   ///< (n): R
  Buffer<double> weight_;  ///< (n), or empty: 1 each
};

}  // namespace plumbline
