#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// Mid-ranks of the target about their mean: a row of weight s counts s times, equal values share their middle rank.
struct TargetRanks {
  std::vector<double> rank, weight;  ///< (n)
  double weight_sum = 0;             ///< Σs
  double squares = 0;                ///< Σ s rank²; 0: one value only

  /// O(n log n).
  TargetRanks(const std::vector<double>& target, std::vector<double> weights);
};

/// A column: rows whose cell is not 0, and the cells; every other row holds 0.
struct SparseColumn {
  std::vector<std::uint32_t> row;
  std::vector<double> value;
};

/// Spearman's rank correlation with the target, squared: 1 for any transform of the target that keeps or turns its
/// order. 0 where the column, or the target, has one value only. O(k log k) for k cells that are not 0.
double squared_rank_correlation(const SparseColumn& column, const TargetRanks& target);

}  // namespace plumbline
