#pragma once

#include "plumbline/kernels/tile.hpp"

namespace plumbline {

// Sums down the columns of a tile, for moments. Outputs hold tile.stride doubles, any alignment, and are overwritten.
// Rows of weight 0 are passed over, whatever they hold. weight: (rows) or null for 1.

/// sum[j] = Σ_i weight[i]·tile[i][j]; minimum and maximum over the rows of positive weight (+∞, −∞ if there is none).
void column_sums(const DenseTile& tile, const double* weight, double* sum, double* minimum, double* maximum);

/// squares[j] = Σ_i weight[i]·(tile[i][j] − mean[j])² and remainder[j] = Σ_i weight[i]·(tile[i][j] − mean[j]), what
/// rounding left of the mean.
void column_squares(const DenseTile& tile, const double* weight, const double* mean, double* squares,
                    double* remainder);

}  // namespace plumbline
