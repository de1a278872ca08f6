#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// One row, or several rows of one class with the same value.
struct RankedRow {
  double value = 0;
  std::uint32_t class_index = 0;
  double weight = 0;
};

/// Whether a class may stand on either side of another.
enum class PairSide { either, second_above };

/// How well one number tells classes apart by its rank: the mean over pairs of classes (a, b) of max(A_ab, 1 − A_ab),
///
///   A_ab = P(value of b > value of a) + ½ P(equal)            (Hand and Till 2001; two classes: the AUC)
///
/// (PairSide::second_above: of A_ab with a < b itself) over pairs of classes that both have Σs >= least_weight; NaN if
/// there is none. Sorts `rows`. O(n log n + n·classes).
double mean_pair_auc(std::vector<RankedRow>& rows, std::size_t classes, double least_weight,
                     PairSide side = PairSide::either);

}  // namespace plumbline
