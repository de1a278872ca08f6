#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Cuts a RowSource into leaves of exactly `leaf_rows` rows (the last may be shorter), whatever blocks the source hands
/// out: a leaf that lies inside one block is a view, one that straddles blocks is gathered. So every sum is taken over
/// the same rows in the same order, and results do not depend on the block size.
class LeafReader final {
 public:
  LeafReader(RowSource& source, std::size_t leaf_rows);
  /// The next leaf, false at the end.
  bool next(RowBlock& leaf);

 private:
  bool refill();
  RowBlock gather(std::size_t rows);

  RowSource& source_;
  std::size_t leaf_rows_;
  RowBlock block_;
  std::size_t used_ = 0;  ///< rows of block_ handed out already
  std::size_t row_ = 0;   ///< rows handed out in all
};

/// Rows of a leaf: a function of the width alone.
std::size_t leaf_rows_for(std::size_t columns);

}  // namespace plumbline
