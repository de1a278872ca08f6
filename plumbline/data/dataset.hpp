#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Encoded rows in memory, with their targets and weights, in the order of the parts: train first, then calibration,
/// then test; within a part in record order. Owns everything; move only.
struct Dataset {
  std::size_t rows = 0;
  std::size_t columns = 0;  ///< p
  std::size_t target_width = 1;
  bool sparse = false;
  Scalar scalar = Scalar::f64;
  double byte_scale = 1;
  Buffer<std::byte> cells;        ///< dense: (rows, columns) row-major
  Buffer<std::uint64_t> offsets;  ///< sparse
  Buffer<std::uint32_t> indices;
  Buffer<double> values;
  Buffer<double> target;              ///< (rows, target_width); empty when predicting
  Buffer<double> row_weight;          ///< (rows); empty: all 1
  std::vector<std::uint32_t> record;  ///< (rows): index of the record in the file, from 0

  /// Rows [begin, begin + count) as a view.
  RowBlock block(std::size_t begin, std::size_t count) const;
  /// The same rows as a source that hands out `block_rows` rows at a time (0: all at once).
  MemorySource source(std::size_t begin, std::size_t count, std::size_t block_rows) const;
};

}  // namespace plumbline
