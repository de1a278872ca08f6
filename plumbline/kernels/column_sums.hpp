#pragma once

#include "plumbline/kernels/tile.hpp"

namespace plumbline {

// Sums down the columns of a tile, for moments, measured from `center` (tile.stride doubles) so that a large offset
// costs no digits. Outputs hold tile.stride doubles, any alignment, and are overwritten. Rows of weight 0 are passed
// over, whatever they hold. weight: (rows) or null for 1.

/// sum[j] = Σ_i weight[i]·(tile[i][j] − center[j]); minimum and maximum of tile[i][j] over the rows of positive weight
/// (+∞, −∞ if there is none).
struct ColumnRange {
  double* minimum;
  double* maximum;
};
void column_sums(const DenseTile& tile, const double* weight, const double* center, double* sum,
                 const ColumnRange& range);

/// squares[j] = Σ_i weight[i]·(tile[i][j] − center[j] − mean[j])².
void column_squares(const DenseTile& tile, const double* weight, const double* center, const double* mean,
                    double* squares);

}  // namespace plumbline
