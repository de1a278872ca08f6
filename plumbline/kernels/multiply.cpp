#include <algorithm>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/verbs.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/multiply.cpp"
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
/// 512-bit targets have 32 registers, the others 16: as many accumulators as fit beside the operands.
constexpr bool kManyRegisters = kWidth == 8;

/// A tile and what it meets: w for X·W (eta is written), r for Xᵀ·R (g is added to).
struct Operands {
  const DenseTile& tile;
  const double* in;
  std::size_t outputs;
  double* out;
};

/// eta of rows i … i + kRows − 1 and outputs k … k + kOutputs − 1. Each of them has its own accumulator and runs along
/// j in steps of a vector, so that the shape of the block does not show in the bits.
template <std::size_t kRows, std::size_t kOutputs>
void multiply_block(const Operands& of, std::size_t i, std::size_t k) {
  const Tag d;
  const std::size_t stride = of.tile.stride;
  const double* HWY_RESTRICT x = of.tile.row(i);
  const double* HWY_RESTRICT w = of.in + k * stride;
  Vector sum[kRows][kOutputs];
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kRows; ++a) {
    HWY_UNROLL(8)
    for (std::size_t b = 0; b < kOutputs; ++b) sum[a][b] = hn::Zero(d);
  }
  for (std::size_t j = 0; j < stride; j += kWidth) {
    Vector weight[kOutputs];
    HWY_UNROLL(8)
    for (std::size_t b = 0; b < kOutputs; ++b) weight[b] = hn::Load(d, w + b * stride + j);
    HWY_UNROLL(8)
    for (std::size_t a = 0; a < kRows; ++a) {
      const Vector cell = hn::Load(d, x + a * stride + j);
      HWY_UNROLL(8)
      for (std::size_t b = 0; b < kOutputs; ++b) sum[a][b] = hn::MulAdd(cell, weight[b], sum[a][b]);
    }
  }
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kRows; ++a) {
    HWY_UNROLL(8)
    for (std::size_t b = 0; b < kOutputs; ++b) {
      of.out[(i + a) * of.outputs + k + b] = hn::GetLane(hn::SumOfLanes(d, sum[a][b]));
    }
  }
}

template <std::size_t kRows, std::size_t kOutputs>
void multiply_outputs(const Operands& of, std::size_t k) {
  std::size_t i = 0;
  for (; i + kRows <= of.tile.rows; i += kRows) multiply_block<kRows, kOutputs>(of, i, k);
  for (; i < of.tile.rows; ++i) multiply_block<1, kOutputs>(of, i, k);
}

void multiply_tile(const DenseTile& tile, const double* w, std::size_t outputs, double* eta) {
  const Operands of{tile, w, outputs, eta};
  constexpr std::size_t kRows = kManyRegisters ? 4 : 2;
  std::size_t k = 0;
  if (kManyRegisters) {
    for (; outputs - k >= 5; k += 5) multiply_outputs<kRows, 5>(of, k);
  }
  for (; outputs - k >= 4; k += 4) multiply_outputs<kRows, 4>(of, k);
  if (outputs - k >= 2) multiply_outputs<4, 2>(of, k), k += 2;
  if (outputs - k >= 1) multiply_outputs<8, 1>(of, k);
}

/// g of outputs k … k + kOutputs − 1 and kVectors vectors of columns from j on, over all rows in order.
template <std::size_t kOutputs, std::size_t kVectors>
void transposed_block(const Operands& of, std::size_t k, std::size_t j) {
  const Tag d;
  const std::size_t stride = of.tile.stride;
  const double* HWY_RESTRICT x = of.tile.row(0) + j;
  const double* HWY_RESTRICT r = of.in + k;
  Vector sum[kOutputs][kVectors];
  HWY_UNROLL(8)
  for (std::size_t b = 0; b < kOutputs; ++b) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) sum[b][v] = hn::Zero(d);
  }
  for (std::size_t i = 0; i < of.tile.rows; ++i, x += stride, r += of.outputs) {
    Vector cell[kVectors];
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) cell[v] = hn::Load(d, x + v * kWidth);
    HWY_UNROLL(8)
    for (std::size_t b = 0; b < kOutputs; ++b) {
      const Vector residual = hn::Set(d, r[b]);
      HWY_UNROLL(8)
      for (std::size_t v = 0; v < kVectors; ++v) sum[b][v] = hn::MulAdd(residual, cell[v], sum[b][v]);
    }
  }
  HWY_UNROLL(8)
  for (std::size_t b = 0; b < kOutputs; ++b) {
    double* g = of.out + (k + b) * stride + j;
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::Store(hn::Add(hn::Load(d, g + v * kWidth), sum[b][v]), d, g + v * kWidth);
    }
  }
}

template <std::size_t kOutputs, std::size_t kVectors>
void transposed_outputs(const Operands& of, std::size_t k) {
  std::size_t j = 0;
  for (; j + kVectors * kWidth <= of.tile.stride; j += kVectors * kWidth)
    transposed_block<kOutputs, kVectors>(of, k, j);
  for (; j < of.tile.stride; j += kWidth) transposed_block<kOutputs, 1>(of, k, j);
}

void multiply_tile_transposed(const DenseTile& tile, const double* r, std::size_t outputs, double* g) {
  if (tile.rows == 0) return;
  const Operands of{tile, r, outputs, g};
  constexpr std::size_t kVectors = kManyRegisters ? 4 : 2;
  std::size_t k = 0;
  if (kManyRegisters) {
    for (; outputs - k >= 5; k += 5) transposed_outputs<5, kVectors>(of, k);
  }
  for (; outputs - k >= 4; k += 4) transposed_outputs<4, kVectors>(of, k);
  if (outputs - k >= 2) transposed_outputs<2, 4>(of, k), k += 2;
  if (outputs - k >= 1) transposed_outputs<1, 8>(of, k);
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(multiply_tile);
HWY_EXPORT(multiply_tile_transposed);
}  // namespace

void multiply(const DenseTile& tile, const double* w, std::size_t outputs, double* eta) {
  HWY_DYNAMIC_DISPATCH(multiply_tile)(tile, w, outputs, eta);
}

void multiply_transposed_add(const DenseTile& tile, const double* r, std::size_t outputs, double* g) {
  HWY_DYNAMIC_DISPATCH(multiply_tile_transposed)(tile, r, outputs, g);
}

}  // namespace plumbline
#endif
