#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Weighted first and second moments of every column of X, and its range. Frequency weights: divided by Σs.
struct Moments {
  double weight_sum = 0;                 ///< Σs
  std::vector<double> mean;              ///< (p)
  std::vector<double> sd;                ///< (p): sqrt(Σ s (x − mean)² / Σs); exactly 0 for a constant column
  std::vector<double> minimum, maximum;  ///< (p), over rows of positive weight

  bool is_constant(std::size_t j) const { return minimum[j] == maximum[j]; }
};

/// One pass over x, in parallel: measured from the first row, per tile about the tile's own mean, then merged pairwise
/// (Chan, Golub and LeVeque 1983), so that a large offset costs no digits. Columns so large or small that squares leave
/// the doubles are done once more, scaled by a power of two. Rows of weight 0 are passed over. Sparse columns take
/// their zeros into account.
Moments column_moments(RowSource& source, Progress& progress = silent_progress());

}  // namespace plumbline
