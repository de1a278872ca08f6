#include "plumbline/network/row_batches.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "plumbline/kernels/standardise_row.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

/// Rows a thread loads at a time.
constexpr std::size_t kPiece = 64;

template <class T>
void load_row(const DenseView& x, std::size_t row, const Coordinates& at, std::span<T> to) {
  standardise_row(x, row, at.center.data(), at.scale.data(), to.data());
}

template <class T>
void load_row(const CsrView& x, std::size_t row, const Coordinates& at, std::span<T> to) {
  for (std::size_t j = 0; j < to.size(); ++j) to[j] = static_cast<T>(-at.center[j] * at.scale[j]);
  for (std::uint64_t e = x.offsets[row]; e < x.offsets[row + 1]; ++e) {
    const std::size_t j = x.indices[e];
    const double value = (x.values[e] - at.center[j]) * at.scale[j];
    to[j] = static_cast<T>(at.scale[j] == 0 ? 0.0 : value);
  }
}

}  // namespace

RowBatches::RowBatches(RowSource& source, const Coordinates& at)
    : at_(at), features_(source.columns()), target_width_(source.target_width()) {
  source.rewind();
  std::size_t row = 0;
  for (RowBlock block; source.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i, ++row) {
      const double weight = block.row_weight == nullptr ? 1 : block.row_weight[i];
      if (weight > 0) rows_.push_back(row);
      weight_sum_ += weight;
    }
    block.first_row = row - block.rows;
    if (block.rows > 0) blocks_.push_back(block);
  }
}

const RowBlock& RowBatches::block_of(std::size_t row) const {
  const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), row,
                                      [](std::size_t r, const RowBlock& block) { return r < block.first_row; });
  return *std::prev(after);
}

template <class T>
void RowBatches::load(std::span<const std::size_t> rows, Batch<T>& batch) const {
  batch.x.shape = {rows.size(), features_};
  batch.x.cells.resize(batch.x.shape.size());
  batch.row_weight.shape = {rows.size(), 1};
  batch.row_weight.cells.resize(rows.size());
  batch.target.resize(rows.size() * target_width_);
  const auto load_piece = [&](std::size_t piece) {
    const std::size_t end = std::min(rows.size(), (piece + 1) * kPiece);
    for (std::size_t i = piece * kPiece; i < end; ++i) load_one(rows[i], i, batch);
  };
  parallel_for((rows.size() + kPiece - 1) / kPiece, std::cref(load_piece));  // by reference: nothing is allocated
}

template <class T>
void RowBatches::load_one(std::size_t row, std::size_t i, Batch<T>& batch) const {
  const RowBlock& from = block_of(row);
  const std::size_t at = row - from.first_row;
  const std::span<T> to(batch.x.cells.data() + i * features_, features_);
  std::visit([&](const auto& x) { load_row(x, at, at_, to); }, from.x);
  std::copy_n(from.target + at * target_width_, target_width_, batch.target.data() + i * target_width_);
  batch.row_weight.cells[i] = static_cast<T>(from.row_weight == nullptr ? 1 : from.row_weight[at]);
}

template void RowBatches::load<float>(std::span<const std::size_t>, Batch<float>&) const;
template void RowBatches::load<double>(std::span<const std::size_t>, Batch<double>&) const;

}  // namespace plumbline
