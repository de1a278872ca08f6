#include "plumbline/kernels/tile.hpp"

#include <cstring>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/tile.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/cache_control.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLane>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());

HWY_INLINE hn::Vec<Tag> load_as_double(const double* cells) { return hn::LoadU(Tag(), cells); }
HWY_INLINE hn::Vec<Tag> load_as_double(const float* cells) {
  return hn::PromoteTo(Tag(), hn::LoadU(hn::Rebind<float, Tag>(), cells));
}
HWY_INLINE hn::Vec<Tag> load_as_double(const std::uint8_t* cells) {
  const auto bytes = hn::LoadU(hn::Rebind<std::uint8_t, Tag>(), cells);
  return hn::PromoteTo(Tag(), hn::PromoteTo(hn::Rebind<std::int32_t, Tag>(), bytes));
}

/// What a row is standardised with.
struct Standardisation {
  const double* center;
  const double* scale;
  double unit;  ///< of a byte; 1 for other types
};

template <class Cell>
HWY_INLINE void standardise_vector(const Cell* cells, const Standardisation& by, std::size_t j, double* out) {
  const Tag d;
  auto value = load_as_double(cells);
  if (sizeof(Cell) == 1) value = hn::Mul(value, hn::Set(d, by.unit));
  const auto scale = hn::LoadU(d, by.scale + j);
  const auto standardised = hn::Mul(hn::Sub(value, hn::LoadU(d, by.center + j)), scale);
  // A column that was switched off by its scale stays 0 even where it holds an infinity.
  hn::Store(hn::IfThenElseZero(hn::Ne(scale, hn::Zero(d)), standardised), d, out + j);
}

/// Whole vectors only; `columns` is a multiple of kWidth.
template <class Cell>
HWY_INLINE void standardise_vectors(const Cell* cells, std::size_t columns, const Standardisation& by, double* out) {
  constexpr std::size_t kAhead = 2048 / sizeof(Cell);  // bytes: the hardware's own prefetch stops at page ends
  std::size_t j = 0;
  for (; j + 4 * kWidth <= columns; j += 4 * kWidth) {
    for (std::size_t v = 0; v < 4; ++v) {
      if (sizeof(Cell) == 8) hwy::Prefetch(cells + j + v * kWidth + kAhead);
      standardise_vector(cells + j + v * kWidth, by, j + v * kWidth, out);
    }
  }
  for (; j < columns; j += kWidth) standardise_vector(cells + j, by, j, out);
}

/// The cells after the last row may belong to nobody: here nothing past the end of the row is loaded.
template <class Cell>
void standardise_last_row(const Cell* cells, std::size_t columns, const Standardisation& by, double* out) {
  const std::size_t whole = columns / kWidth * kWidth;
  standardise_vectors(cells, whole, by, out);
  if (whole == columns) return;
  Cell rest[kLane] = {};
  std::memcpy(rest, cells + whole, (columns - whole) * sizeof(Cell));
  standardise_vector(rest, by, whole, out);
}

template <class Cell>
void standardise_rows(const DenseView& x, const Standardisation& by, bool intercept, DenseTile& tile) {
  // Between rows without a gap the last vector of a row may take in cells of the next: their scale here is 0.
  const std::size_t covered = (x.columns + kWidth - 1) / kWidth * kWidth;
  const bool flows_over = x.row_stride == x.columns && covered <= 2 * x.columns;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const Cell* cells = static_cast<const Cell*>(x.row(i));
    double* out = tile.row(i);
    if (flows_over && i + 1 < x.rows) {
      standardise_vectors(cells, covered, by, out);
    } else {
      standardise_last_row(cells, x.columns, by, out);
    }
    for (std::size_t j = x.columns; j < tile.stride; ++j) out[j] = 0.0;
    if (intercept) out[x.columns] = 1.0;
  }
}

void load_tile(const DenseView& x, const double* center, const double* scale, bool intercept, DenseTile& tile) {
  const Standardisation by{center, scale, x.byte_scale};
  switch (x.scalar) {
    case Scalar::byte:
      return standardise_rows<std::uint8_t>(x, by, intercept, tile);
    case Scalar::f32:
      return standardise_rows<float>(x, by, intercept, tile);
    case Scalar::f64:
      return standardise_rows<double>(x, by, intercept, tile);
  }
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

std::size_t tile_rows(std::size_t columns) {
  constexpr std::size_t kMostCells = std::size_t{512} * 1024 / sizeof(double);  // half of a small L2
  std::size_t rows = 256;
  while (rows > 8 && rows * padded(columns) > kMostCells) rows /= 2;
  return rows;
}

DenseTile::DenseTile(std::size_t most_rows, std::size_t columns_)
    : cells(most_rows * padded(columns_)), columns(columns_), stride(padded(columns_)) {}

namespace {
HWY_EXPORT(load_tile);
}

void load_tile(const DenseView& x, const double* center, const double* scale, bool intercept, DenseTile& tile) {
  const std::size_t ones = intercept ? 1 : 0;
  require(tile.columns == x.columns + ones, "load_tile", "tile",
          std::to_string(x.columns + ones) + " columns wide, got " + std::to_string(tile.columns));
  require(x.rows * tile.stride <= tile.cells.size(), "load_tile", "x",
          "no longer than the tile, got " + std::to_string(x.rows) + " rows");
  HWY_DYNAMIC_DISPATCH(load_tile)(x, center, scale, intercept, tile);
  tile.rows = x.rows;
}

}  // namespace plumbline
#endif
