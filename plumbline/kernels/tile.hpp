#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// The longest SIMD vector in doubles, over all targets: rows of a tile and of weight tables are padded to it.
inline constexpr std::size_t kLane = 8;

constexpr std::size_t padded(std::size_t columns) { return (columns + kLane - 1) / kLane * kLane; }

/// Rows that a tile of `columns` (padded) doubles may have to stay in L2, a power of two in [8, 256]: a function of the
/// width alone, so that results do not depend on the machine or on threads.
std::size_t tile_rows(std::size_t columns);

/// A small dense block of the design matrix as the kernels want it: doubles, standardised, rows padded with zeros to a
/// multiple of kLane (`stride`), 64-byte aligned, followed by what the caller appends (the column of ones).
struct DenseTile {
  Buffer<double> cells;
  std::size_t rows = 0;
  std::size_t columns = 0;  ///< that mean something; columns … stride − 1 are zero
  std::size_t stride = 0;

  DenseTile() = default;
  DenseTile(std::size_t most_rows, std::size_t columns_);
  double* row(std::size_t i) { return cells.data() + i * stride; }
  const double* row(std::size_t i) const { return cells.data() + i * stride; }
};

/// tile[i][j] = (x[i][j] − center[j]) · scale[j] for the x.columns first columns, rows [0, x.rows); and, if
/// `intercept`, a 1 in column x.columns. Bytes are multiplied by x.byte_scale first. center, scale:
/// (padded(x.columns)), zero beyond. A scale of 0 gives 0 whatever x holds. Requires tile.columns == x.columns +
/// intercept and x.rows <= most_rows.
void load_tile(const DenseView& x, const double* center, const double* scale, bool intercept, DenseTile& tile);

}  // namespace plumbline
