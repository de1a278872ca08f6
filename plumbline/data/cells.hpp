#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/data/table.hpp"

namespace plumbline {

/// One dense cell as a double (bytes unscaled); NaN = missing.
inline double cell_of(const TableChunk& chunk, Scalar scalar, std::size_t at) {
  const std::byte* cells = chunk.cells.data();
  if (scalar == Scalar::byte) return static_cast<double>(reinterpret_cast<const std::uint8_t*>(cells)[at]);
  if (scalar == Scalar::f32) return static_cast<double>(reinterpret_cast<const float*>(cells)[at]);
  return reinterpret_cast<const double*>(cells)[at];
}

/// Calls visit(row, cell) for every cell of one column of a dense table, in row order.
template <class Visit>
void for_each_cell(const Table& table, std::size_t column, Visit visit) {
  for (const TableChunk& chunk : table.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      visit(chunk.first_row + i, cell_of(chunk, table.scalar, i * table.width + column));
    }
  }
}

}  // namespace plumbline
