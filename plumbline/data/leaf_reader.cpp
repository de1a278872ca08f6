#include "plumbline/data/leaf_reader.hpp"

#include <algorithm>
#include <cstring>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

/// Rows copied together from several blocks; one kind of storage is filled.
struct GatheredRows {
  std::vector<std::byte> cells;
  std::vector<std::uint64_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> values;
  std::vector<double> target;
  std::vector<double> row_weight;

  void append(const DenseView& x) {
    const std::size_t row_bytes = x.columns * size_of(x.scalar);
    for (std::size_t i = 0; i < x.rows; ++i) {
      const auto* row = static_cast<const std::byte*>(x.row(i));
      cells.insert(cells.end(), row, row + row_bytes);
    }
  }
  void append(const CsrView& x) {
    for (std::size_t i = 0; i < x.rows; ++i) {
      indices.insert(indices.end(), x.indices + x.offsets[i], x.indices + x.offsets[i + 1]);
      values.insert(values.end(), x.values + x.offsets[i], x.values + x.offsets[i + 1]);
      offsets.push_back(values.size());
    }
  }
  DenseView view(DenseView like, std::size_t rows) const {
    like.data = cells.data();
    like.rows = rows;
    like.row_stride = like.columns;
    return like;
  }
  CsrView view(const CsrView& like, std::size_t rows) const {
    return {offsets.data(), indices.data(), values.data(), rows, like.columns};
  }
};

}  // namespace

std::size_t leaf_rows_for(std::size_t columns) { return columns < 64 ? 4096 : 2048; }

LeafReader::LeafReader(RowSource& source, std::size_t leaf_rows) : source_(source), leaf_rows_(leaf_rows) {
  require(leaf_rows > 0, "LeafReader", "leaf_rows", "at least 1, got 0");
  source_.rewind();
}

bool LeafReader::refill() {
  while (used_ == block_.rows) {
    used_ = 0;
    if (!source_.next(block_)) {
      block_ = RowBlock{};
      return false;
    }
  }
  return true;
}

bool LeafReader::next(RowBlock& leaf) {
  if (!refill()) return false;
  const std::size_t rows = std::min(leaf_rows_, source_.rows() - row_);
  if (block_.rows - used_ >= rows) {
    leaf = block_.slice(used_, rows, source_.target_width());
    used_ += rows;
  } else {
    leaf = gather(rows);
  }
  leaf.first_row = row_;
  row_ += rows;
  return true;
}

RowBlock LeafReader::gather(std::size_t rows) {
  auto gathered = std::make_shared<GatheredRows>();
  const std::size_t width = source_.target_width();
  RowBlock leaf;
  leaf.rows = rows;
  bool weighted = false;
  for (std::size_t have = 0; have < rows && refill();) {
    const std::size_t count = std::min(rows - have, block_.rows - used_);
    const RowBlock part = block_.slice(used_, count, width);
    std::visit([&](const auto& view) { gathered->append(view); }, part.x);
    if (part.target != nullptr)
      gathered->target.insert(gathered->target.end(), part.target, part.target + count * width);
    weighted = part.row_weight != nullptr;
    if (weighted) gathered->row_weight.insert(gathered->row_weight.end(), part.row_weight, part.row_weight + count);
    leaf.x = part.x;
    used_ += count;
    have += count;
  }
  std::visit([&](const auto& like) { leaf.x = gathered->view(like, rows); }, RowBlock(leaf).x);
  leaf.target = gathered->target.empty() ? nullptr : gathered->target.data();
  leaf.row_weight = weighted ? gathered->row_weight.data() : nullptr;
  leaf.owner = std::move(gathered);
  return leaf;
}

}  // namespace plumbline
