#include <algorithm>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/verbs.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/gram.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/cache_control.h"
#include "hwy/highway.h"

// The Gram matrix is made in blocks of kLeft rows and up to kRight columns of h. The left factor of a row of blocks is
// packed, weights folded in, to stand in L1 while the right factor streams by from L2 (the plan of Goto and van de
// Geijn 2008 with the roles of the two factors exchanged).

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLane>;
using Vector = hn::Vec<Tag>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());
constexpr std::size_t kLeft = kWidth == 8 ? 8 : 4;  ///< accumulators: kLeft · 3 of 32 or 16 registers
constexpr std::size_t kRight = 3 * kWidth;

/// One factor of a block: row i's columns stand at data + i · stride.
struct Factor {
  const double* data;
  std::size_t stride;
};

/// h[a][b] += Σ_i left[i][a] · right[i][b] for kLeft values of a and kVectors vectors of b.
template <std::size_t kVectors>
void gram_block(std::size_t rows, const double* HWY_RESTRICT left, Factor right, double* HWY_RESTRICT h,
                std::size_t h_stride) {
  const Tag d;
  Vector sum[kLeft][kVectors];
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kLeft; ++a) {
    hwy::Prefetch(h + a * h_stride);
    hwy::Prefetch(h + a * h_stride + (kVectors - 1) * kWidth);
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) sum[a][v] = hn::Zero(d);
  }
  const double* HWY_RESTRICT cells = right.data;
  for (std::size_t i = 0; i < rows; ++i, cells += right.stride, left += kLeft) {
    Vector cell[kVectors];
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) cell[v] = hn::Load(d, cells + v * kWidth);
    HWY_UNROLL(8)
    for (std::size_t a = 0; a < kLeft; ++a) {
      const Vector other = hn::Set(d, left[a]);
      HWY_UNROLL(8)
      for (std::size_t v = 0; v < kVectors; ++v) sum[a][v] = hn::MulAdd(other, cell[v], sum[a][v]);
    }
  }
  HWY_UNROLL(8)
  for (std::size_t a = 0; a < kLeft; ++a) {
    HWY_UNROLL(8)
    for (std::size_t v = 0; v < kVectors; ++v) {
      double* at = h + a * h_stride + v * kWidth;
      hn::Store(hn::Add(hn::Load(d, at), sum[a][v]), d, at);
    }
  }
}

/// Some rows of a tile: few enough that a left panel and what passes by stay in L1 together.
struct Chunk {
  const double* cells;
  const double* weight;  ///< null for 1
  std::size_t rows;
  std::size_t stride;
};
constexpr std::size_t kChunkRows = 64;

/// Rows of wider tiles stand so far apart that reading a few columns of each costs more than packing them.
constexpr std::size_t kWidestUnpacked = 256;

/// panel[i · kLeft + c] = weight[i] · x[i][a + c].
void pack_left(const Chunk& x, std::size_t a, double* HWY_RESTRICT panel) {
  const Tag d;
  const double* HWY_RESTRICT cells = x.cells + a;
  for (std::size_t i = 0; i < x.rows; ++i, panel += kLeft, cells += x.stride) {
    const Vector factor = hn::Set(d, x.weight == nullptr ? 1.0 : x.weight[i]);
    for (std::size_t c = 0; c < kLeft; c += kWidth) {
      hn::Store(hn::Mul(factor, hn::Load(d, cells + c)), d, panel + c);
    }
  }
}

/// Columns in groups of kRight (the last may be narrower), each group a rows × kRight array of its own.
void pack_right(const Chunk& x, double* HWY_RESTRICT panels) {
  const Tag d;
  for (std::size_t first = 0; first < x.stride; first += kRight, panels += x.rows * kRight) {
    const std::size_t columns = std::min(kRight, x.stride - first);
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double* HWY_RESTRICT cells = x.cells + i * x.stride + first;
      for (std::size_t c = 0; c < columns; c += kWidth) {
        hn::Store(hn::Load(d, cells + c), d, panels + i * kRight + c);
      }
    }
  }
}

/// Rows a … a + kLeft − 1 of h from the diagonal on, with the right factor read from the chunk itself.
void gram_rows(const Chunk& x, const double* left, std::size_t a, double* h) {
  h += a * x.stride;
  std::size_t b = a;
  for (; x.stride - b > 4 * kWidth || x.stride - b == 3 * kWidth; b += 3 * kWidth) {
    gram_block<3>(x.rows, left, {x.cells + b, x.stride}, h + b, x.stride);
  }
  // Two and two rather than three and one: a block of one is short of independent sums.
  for (; x.stride - b >= 2 * kWidth; b += 2 * kWidth) {
    gram_block<2>(x.rows, left, {x.cells + b, x.stride}, h + b, x.stride);
  }
  if (b < x.stride) gram_block<1>(x.rows, left, {x.cells + b, x.stride}, h + b, x.stride);
}

/// The same with the right factor packed: blocks end where the groups end.
void gram_rows_packed(const Chunk& x, const double* left, const double* panels, std::size_t a, double* h) {
  h += a * x.stride;
  for (std::size_t b = a, end = 0; b < x.stride; b = end) {
    const std::size_t first = b / kRight * kRight;
    end = std::min(first + kRight, x.stride);
    const Factor right{panels + x.rows * first + (b - first), kRight};
    switch ((end - b) / kWidth) {
      case 1:
        gram_block<1>(x.rows, left, right, h + b, x.stride);
        break;
      case 2:
        gram_block<2>(x.rows, left, right, h + b, x.stride);
        break;
      default:
        gram_block<3>(x.rows, left, right, h + b, x.stride);
    }
  }
}

void gram_chunk(const Chunk& x, double* h, double* scratch) {
  double* panels = scratch + kChunkRows * kLeft;
  const bool packed = x.stride > kWidestUnpacked;
  if (packed) pack_right(x, panels);
  for (std::size_t a = 0; a < x.stride; a += kLeft) {
    pack_left(x, a, scratch);
    if (packed) {
      gram_rows_packed(x, scratch, panels, a, h);
    } else {
      gram_rows(x, scratch, a, h);
    }
  }
}

void gram_tile(const DenseTile& tile, const double* weight, double* h, Buffer<double>& scratch) {
  const std::size_t groups = (tile.stride + kRight - 1) / kRight;
  const std::size_t cells = kChunkRows * (kLeft + groups * kRight);
  if (scratch.size() < cells) scratch = Buffer<double>(cells);
  for (std::size_t first = 0; first < tile.rows; first += kChunkRows) {
    const double* weights = weight == nullptr ? nullptr : weight + first;
    const std::size_t rows = std::min(kChunkRows, tile.rows - first);
    gram_chunk({tile.row(first), weights, rows, tile.stride}, h, scratch.data());
  }
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(gram_tile);
}

void gram_add(const DenseTile& tile, const double* weight, double* h, Buffer<double>& scratch) {
  HWY_DYNAMIC_DISPATCH(gram_tile)(tile, weight, h, scratch);
}

}  // namespace plumbline
#endif
