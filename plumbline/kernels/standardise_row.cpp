#include "plumbline/kernels/standardise_row.hpp"

#include <algorithm>
#include <cstdint>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/tile.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/standardise_row.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLane>;
using Vector = hn::Vec<Tag>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());

HWY_INLINE Vector as_double(const double* cells) { return hn::LoadU(Tag(), cells); }
HWY_INLINE Vector as_double(const float* cells) {
  return hn::PromoteTo(Tag(), hn::LoadU(hn::Rebind<float, Tag>(), cells));
}
HWY_INLINE Vector as_double(const std::uint8_t* cells) {
  const auto bytes = hn::LoadU(hn::Rebind<std::uint8_t, Tag>(), cells);
  return hn::PromoteTo(Tag(), hn::PromoteTo(hn::Rebind<std::int32_t, Tag>(), bytes));
}

HWY_INLINE void store(Vector value, double* to) { hn::StoreU(value, Tag(), to); }
HWY_INLINE void store(Vector value, float* to) {
  const hn::Rebind<float, Tag> narrow;
  hn::StoreU(hn::DemoteTo(narrow, value), narrow, to);
}

template <class Cell, class T>
HWY_INLINE void standardise_vector(const Cell* cells, double unit, const double* center, const double* scale, T* to) {
  const Tag d;
  Vector value = as_double(cells);
  if (sizeof(Cell) == 1) value = hn::Mul(value, hn::Set(d, unit));
  const Vector by = hn::LoadU(d, scale);
  const Vector standardised = hn::Mul(hn::Sub(value, hn::LoadU(d, center)), by);
  // A column that was switched off by its scale stays 0 even where it holds an infinity.
  store(hn::IfThenElseZero(hn::Ne(by, hn::Zero(d)), standardised), to);
}

/// One row with what it is standardised with, and where it goes.
template <class T>
struct Row {
  std::size_t columns;
  double unit;
  const double* center;
  const double* scale;
  T* to;
};

template <class Cell, class T>
void standardise_cells(const Cell* cells, const Row<T>& row) {
  std::size_t j = 0;
  for (; j + kWidth <= row.columns; j += kWidth) {
    standardise_vector(cells + j, row.unit, row.center + j, row.scale + j, row.to + j);
  }
  if (j == row.columns) return;
  Cell last[kWidth] = {};
  double center[kWidth] = {}, scale[kWidth] = {};
  T to[kWidth];
  const std::size_t rest = row.columns - j;
  std::copy_n(cells + j, rest, last);
  std::copy_n(row.center + j, rest, center);
  std::copy_n(row.scale + j, rest, scale);
  standardise_vector(last, row.unit, center, scale, to);
  std::copy_n(to, rest, row.to + j);
}

template <class T>
void standardise(const DenseView& x, std::size_t at, const Row<T>& row) {
  switch (x.scalar) {
    case Scalar::byte:
      return standardise_cells(static_cast<const std::uint8_t*>(x.row(at)), row);
    case Scalar::f32:
      return standardise_cells(static_cast<const float*>(x.row(at)), row);
    case Scalar::f64:
      return standardise_cells(static_cast<const double*>(x.row(at)), row);
  }
}

void row_of_floats(const DenseView& x, std::size_t row, const double* center, const double* scale, float* to) {
  standardise<float>(x, row, {x.columns, x.byte_scale, center, scale, to});
}
void row_of_doubles(const DenseView& x, std::size_t row, const double* center, const double* scale, double* to) {
  standardise<double>(x, row, {x.columns, x.byte_scale, center, scale, to});
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(row_of_floats);
HWY_EXPORT(row_of_doubles);
}  // namespace

void standardise_row(const DenseView& x, std::size_t row, const double* center, const double* scale, float* to) {
  HWY_DYNAMIC_DISPATCH(row_of_floats)(x, row, center, scale, to);
}

void standardise_row(const DenseView& x, std::size_t row, const double* center, const double* scale, double* to) {
  HWY_DYNAMIC_DISPATCH(row_of_doubles)(x, row, center, scale, to);
}

}  // namespace plumbline
#endif
