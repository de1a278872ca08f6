#include "plumbline/kernels/product.hpp"

#include <algorithm>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/tile.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/product.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

// C is made in blocks that stay in registers: kTall rows by up to kWide vectors of columns. The columns of B that a
// row of blocks needs are packed into a panel in L1, kDepth rows of it at a time (Goto and van de Geijn 2008); A is
// broadcast from where it stands.

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, kLane * sizeof(double) / sizeof(T)>;
template <class T>
constexpr std::size_t kWidth = hn::MaxLanes(Tag<T>());
/// 512-bit targets have 32 registers, the others 16: accumulators, one row of the panel and one number of A fit.
constexpr std::size_t kTall = hn::MaxLanes(Tag<double>()) == 8 ? 8 : 4;
constexpr std::size_t kWide = 3;
/// Rows of B packed at once: with three of the longest vectors each, the panel takes 24 KB.
constexpr std::size_t kDepth = 128;

template <class T>
constexpr std::size_t kPanelColumns = kWide* kWidth<T>;

/// Where A stands for a block: its first row, from the first packed k on.
template <class T>
struct Left {
  const T* cells;
  std::size_t row;
  std::size_t depth;
};

/// Where a block of C goes.
template <class T>
struct Destination {
  T* cells;
  std::size_t stride;
  bool add;
};

/// c[a][j] = Σ_k left[a][k] · panel[k][j] (or added to), k < depth, for kRows rows and kVectors vectors of columns.
template <class T, std::size_t kRows, std::size_t kVectors>
void multiply_block(const Left<T>& left, const T* HWY_RESTRICT panel, std::size_t depth, const Destination<T>& c) {
  const Tag<T> d;
  hn::Vec<Tag<T>> sum[kRows][kVectors];
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kRows; ++a) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) sum[a][v] = hn::Zero(d);
  }
  const T* HWY_RESTRICT cells = left.cells;
  for (std::size_t k = 0; k < depth; ++k, panel += kVectors * kWidth<T>, cells += left.depth) {
    hn::Vec<Tag<T>> right[kVectors];
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) right[v] = hn::Load(d, panel + v * kWidth<T>);
    HWY_UNROLL(8)
    for (std::size_t a = 0; a < kRows; ++a) {
      const auto other = hn::Set(d, cells[a * left.row]);
      HWY_UNROLL(8)
      for (std::size_t v = 0; v < kVectors; ++v) sum[a][v] = hn::MulAdd(other, right[v], sum[a][v]);
    }
  }
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kRows; ++a) {
    T* to = c.cells + a * c.stride;
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) {
      const auto before = c.add ? hn::LoadU(d, to + v * kWidth<T>) : hn::Zero(d);
      hn::StoreU(hn::Add(before, sum[a][v]), d, to + v * kWidth<T>);
    }
  }
}

/// Some columns of B from row k on, as a depth × (vectors · width) array, zero beyond the last column.
template <class T>
struct Panel {
  const T* cells;
  std::size_t depth;
  std::size_t columns;  ///< that mean something
  std::size_t vectors;
};

template <class T>
void pack(const Product<T>& of, std::size_t first_row, std::size_t first_column, const Panel<T>& shape,
          T* HWY_RESTRICT to) {
  const std::size_t width = shape.vectors * kWidth<T>;
  if (shape.columns < width) std::fill_n(to, shape.depth * width, T{0});
  if (of.b_transposed) {
    for (std::size_t j = 0; j < shape.columns; ++j) {
      const T* HWY_RESTRICT from = of.b + (first_column + j) * of.b_stride + first_row;
      for (std::size_t k = 0; k < shape.depth; ++k) to[k * width + j] = from[k];
    }
    return;
  }
  for (std::size_t k = 0; k < shape.depth; ++k) {
    const T* HWY_RESTRICT from = of.b + (first_row + k) * of.b_stride + first_column;
    std::copy_n(from, shape.columns, to + k * width);
  }
}

/// Rows i … i + kRows − 1 of C under one panel; columns that are fewer than the panel's go by way of a copy, which does
/// the same additions.
template <class T, std::size_t kRows, std::size_t kVectors>
void multiply_rows(const Product<T>& of, const Left<T>& left, const Panel<T>& panel, const Destination<T>& c) {
  if (panel.columns == kVectors * kWidth<T>) {
    multiply_block<T, kRows, kVectors>(left, panel.cells, panel.depth, c);
    return;
  }
  HWY_ALIGN T block[kRows * kVectors * kWidth<T>];
  multiply_block<T, kRows, kVectors>(left, panel.cells, panel.depth, {block, kVectors * kWidth<T>, false});
  for (std::size_t a = 0; a < kRows; ++a) {
    T* to = c.cells + a * of.c_stride;
    const T* from = block + a * kVectors * kWidth<T>;
    for (std::size_t j = 0; j < panel.columns; ++j) to[j] = (c.add ? to[j] : T{0}) + from[j];
  }
}

template <class T, std::size_t kVectors>
void multiply_panel(const Product<T>& of, std::size_t first_row, const Panel<T>& panel, T* c) {
  const bool add = of.add || first_row > 0;
  const T* a = of.a + first_row * of.a_depth;
  std::size_t i = 0;
  for (; i + kTall <= of.rows; i += kTall) {
    multiply_rows<T, kTall, kVectors>(of, {a + i * of.a_row, of.a_row, of.a_depth}, panel,
                                      {c + i * of.c_stride, of.c_stride, add});
  }
  for (; i < of.rows; ++i) {
    multiply_rows<T, 1, kVectors>(of, {a + i * of.a_row, of.a_row, of.a_depth}, panel,
                                  {c + i * of.c_stride, of.c_stride, add});
  }
}

template <class T>
void multiply_all(const Product<T>& of) {
  HWY_ALIGN T cells[kDepth * kPanelColumns<T>];
  if (of.depth == 0 && !of.add) {
    for (std::size_t i = 0; i < of.rows; ++i) std::fill_n(of.c + i * of.c_stride, of.columns, T{0});
  }
  for (std::size_t k = 0; k < of.depth; k += kDepth) {
    for (std::size_t j = 0; j < of.columns; j += kPanelColumns<T>) {
      const std::size_t columns = std::min(kPanelColumns<T>, of.columns - j);
      const Panel<T> panel{cells, std::min(kDepth, of.depth - k), columns, (columns + kWidth<T> - 1) / kWidth<T>};
      pack(of, k, j, panel, cells);
      switch (panel.vectors) {
        case 1:
          multiply_panel<T, 1>(of, k, panel, of.c + j);
          break;
        case 2:
          multiply_panel<T, 2>(of, k, panel, of.c + j);
          break;
        default:
          multiply_panel<T, 3>(of, k, panel, of.c + j);
      }
    }
  }
}

void multiply_float(const Product<float>& of) { multiply_all(of); }
void multiply_double(const Product<double>& of) { multiply_all(of); }

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(multiply_float);
HWY_EXPORT(multiply_double);
}  // namespace

void multiply(const Product<float>& product) { HWY_DYNAMIC_DISPATCH(multiply_float)(product); }
void multiply(const Product<double>& product) { HWY_DYNAMIC_DISPATCH(multiply_double)(product); }

}  // namespace plumbline
#endif
