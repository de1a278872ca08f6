#pragma once

#include <cstddef>
#include <cstdint>

namespace plumbline {

/// k = ⌈(n+1)(1−α)⌉, the rank of the calibration score that is the threshold (Vovk, Gammerman and Shafer 2005; Lei et
/// al. 2018), exactly: α is read as the shortest decimal that means its double (0.1 is one tenth), as users write it,
/// and k = n + 1 − ⌊(n+1)α⌋ is worked out in integers. In doubles (9 + 1)·(1 − 0.1) may come to 9.000000000000002 and
/// cost a rank. k = n + 1 where (n+1)α < 1: no calibration row is surprising enough. α in (0, 1), n < 2⁵³.
std::uint64_t conformal_rank(std::uint64_t rows, double miscoverage);

/// The least n for which conformal_rank is at most n: ⌈1/α⌉ − 1.
std::uint64_t least_calibration_rows(double miscoverage);

/// Nonconformity of the calibration rows.
struct CalibrationScores {
  const double* score = nullptr;   ///< (n); NaN is read as +∞
  const double* draw = nullptr;    ///< (n) in [0, 1), breaks ties; or null: ties are all within
  const double* weight = nullptr;  ///< (n) frequencies, or null: 1 each
  std::size_t rows = 0;
};

struct Threshold {
  double value = 0;   ///< +∞ where the rows are too few for α
  double tie = 1;     ///< the draw of the row that it is; 1 without draws
  double weight = 0;  ///< Σs
};

/// The score of rank ⌈(Σs+1)(1−α)⌉ among the rows, in the order of (score, draw). Then a further row, exchangeable with
/// these, is at or below it with probability rank/(n+1) where no two are equal, and at least that where some are.
///
/// Weights: a weight of 2 is the row twice, and what is said of n rows holds for Σs of them as far as those copies are
/// exchangeable rows (the same draw serves all copies). Weights that are not whole numbers give the least score with
/// Σ_{at or below} s >= (Σs+1)(1−α): a sensible generalisation without a finite-sample guarantee.
///
/// O(n), with weights or draws O(n log n); n doubles.
Threshold conformal_threshold(const CalibrationScores& scores, double miscoverage);

}  // namespace plumbline
