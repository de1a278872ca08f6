#include "plumbline/kernels/column_sums.hpp"

#include <limits>

#include "plumbline/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/column_sums.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLane>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());

HWY_INLINE double weight_at(const double* weight, std::size_t i) { return weight == nullptr ? 1.0 : weight[i]; }

void column_sums(const DenseTile& tile, const double* weight, double* sum, double* minimum, double* maximum) {
  const Tag d;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < tile.stride; j += kWidth) {
    auto total = hn::Zero(d);
    auto least = hn::Set(d, kInfinity), most = hn::Set(d, -kInfinity);
    for (std::size_t i = 0; i < tile.rows; ++i) {
      const double s = weight_at(weight, i);
      if (s == 0) continue;
      const auto x = hn::Load(d, tile.row(i) + j);
      total = hn::MulAdd(hn::Set(d, s), x, total);
      least = hn::Min(least, x);
      most = hn::Max(most, x);
    }
    hn::StoreU(total, d, sum + j);
    hn::StoreU(least, d, minimum + j);
    hn::StoreU(most, d, maximum + j);
  }
}

void column_squares(const DenseTile& tile, const double* weight, const double* mean, double* squares,
                    double* remainder) {
  const Tag d;
  for (std::size_t j = 0; j < tile.stride; j += kWidth) {
    const auto center = hn::LoadU(d, mean + j);
    auto total = hn::Zero(d), rest = hn::Zero(d);
    for (std::size_t i = 0; i < tile.rows; ++i) {
      const double s = weight_at(weight, i);
      if (s == 0) continue;
      const auto deviation = hn::Sub(hn::Load(d, tile.row(i) + j), center);
      const auto weighted = hn::Mul(hn::Set(d, s), deviation);
      total = hn::MulAdd(weighted, deviation, total);
      rest = hn::Add(rest, weighted);
    }
    hn::StoreU(total, d, squares + j);
    hn::StoreU(rest, d, remainder + j);
  }
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(column_sums);
HWY_EXPORT(column_squares);
}  // namespace

void column_sums(const DenseTile& tile, const double* weight, double* sum, double* minimum, double* maximum) {
  HWY_DYNAMIC_DISPATCH(column_sums)(tile, weight, sum, minimum, maximum);
}

void column_squares(const DenseTile& tile, const double* weight, const double* mean, double* squares,
                    double* remainder) {
  HWY_DYNAMIC_DISPATCH(column_squares)(tile, weight, mean, squares, remainder);
}

}  // namespace plumbline
#endif
