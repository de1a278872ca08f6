#include "plumbline/data/row_source.hpp"

#include <algorithm>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

DenseView slice_of(DenseView x, std::size_t begin, std::size_t count) {
  x.data = x.row(begin);
  x.rows = count;
  return x;
}

CsrView slice_of(CsrView x, std::size_t begin, std::size_t count) {
  x.offsets += begin;
  x.rows = count;
  return x;
}

}  // namespace

RowBlock RowBlock::slice(std::size_t begin, std::size_t count, std::size_t target_width) const {
  RowBlock part = *this;
  part.first_row = first_row + begin;
  part.rows = count;
  std::visit([&](const auto& view) { part.x = slice_of(view, begin, count); }, x);
  if (target != nullptr) part.target = target + begin * target_width;
  if (row_weight != nullptr) part.row_weight = row_weight + begin;
  return part;
}

MemorySource::MemorySource(std::variant<DenseView, CsrView> x, const double* target, std::size_t target_width,
                           const double* row_weight, std::size_t block_rows)
    : target_width_(target_width), block_rows_(block_rows) {
  require(target_width > 0, "MemorySource", "target_width", "at least 1, got 0");
  all_.rows = std::visit([](const auto& view) { return view.rows; }, x);
  all_.x = x;
  all_.target = target;
  all_.row_weight = row_weight;
  if (block_rows_ == 0) block_rows_ = std::max<std::size_t>(all_.rows, 1);
}

std::size_t MemorySource::columns() const {
  return std::visit([](const auto& view) { return view.columns; }, all_.x);
}

bool MemorySource::next(RowBlock& block) {
  if (position_ >= all_.rows) return false;
  const std::size_t count = std::min(block_rows_, all_.rows - position_);
  block = all_.slice(position_, count, target_width_);
  position_ += count;
  return true;
}

}  // namespace plumbline
