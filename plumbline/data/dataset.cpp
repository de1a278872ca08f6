#include "plumbline/data/dataset.hpp"

namespace plumbline {

RowBlock Dataset::block(std::size_t begin, std::size_t count) const {
  RowBlock all;
  all.rows = rows;
  if (sparse) {
    all.x = CsrView{offsets.data(), indices.data(), values.data(), rows, columns};
  } else {
    all.x = DenseView{cells.data(), rows, columns, columns, scalar, byte_scale};
  }
  all.target = target.data();
  all.row_weight = row_weight.data();
  RowBlock part = all.slice(begin, count, target_width);
  part.first_row = 0;
  return part;
}

MemorySource Dataset::source(std::size_t begin, std::size_t count, std::size_t block_rows) const {
  const RowBlock part = block(begin, count);
  return {part.x, part.target, target_width, part.row_weight, block_rows};
}

}  // namespace plumbline
