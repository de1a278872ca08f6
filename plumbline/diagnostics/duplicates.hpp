#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Columns that are equal in every row of positive weight; the first of them comes first, in file order.
using DuplicateColumns = std::vector<std::vector<std::size_t>>;

/// `hash` (p) from sum_table says which may be equal; they are then compared cell by cell in one pass over X. `passed`
/// (p): columns that are not to be looked at.
DuplicateColumns find_duplicate_columns(RowSource& source, const std::vector<std::uint64_t>& hash,
                                        const std::vector<bool>& passed, Progress& progress);

/// Rows that are equal to an earlier one in all cells and targets.
struct DuplicateRows {
  std::size_t count = 0;
  std::vector<std::size_t> rows, originals;  ///< the first few: a row, and the first one it is equal to
  std::size_t unconfirmed = 0;  ///< of `count`: by hash alone, because the originals would take too much memory
};

/// `hash` (n) from sum_table says which may be equal; they are then compared cell by cell in one serial pass. Originals
/// are kept up to 64 MB.
DuplicateRows find_duplicate_rows(RowSource& source, const Buffer<std::uint64_t>& hash, std::size_t most_named,
                                  Progress& progress);

}  // namespace plumbline
