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

void column_sums(const DenseTile& tile, const double* weight, const double* center, double* sum,
                 const ColumnRange& range) {
  const Tag d;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < tile.stride; j += kWidth) {
    const auto origin = hn::LoadU(d, center + j);
    auto total = hn::Zero(d);
    auto least = hn::Set(d, kInfinity), most = hn::Set(d, -kInfinity);
    for (std::size_t i = 0; i < tile.rows; ++i) {
      const double s = weight_at(weight, i);
      if (s == 0) continue;
      const auto x = hn::Load(d, tile.row(i) + j);
      total = hn::MulAdd(hn::Set(d, s), hn::Sub(x, origin), total);
      least = hn::Min(least, x);
      most = hn::Max(most, x);
    }
    hn::StoreU(total, d, sum + j);
    hn::StoreU(least, d, range.minimum + j);
    hn::StoreU(most, d, range.maximum + j);
  }
}

void column_squares(const DenseTile& tile, const double* weight, const double* center, const double* mean,
                    double* squares) {
  const Tag d;
  for (std::size_t j = 0; j < tile.stride; j += kWidth) {
    const auto origin = hn::LoadU(d, center + j), middle = hn::LoadU(d, mean + j);
    auto total = hn::Zero(d);
    for (std::size_t i = 0; i < tile.rows; ++i) {
      const double s = weight_at(weight, i);
      if (s == 0) continue;
      const auto deviation = hn::Sub(hn::Sub(hn::Load(d, tile.row(i) + j), origin), middle);
      total = hn::MulAdd(hn::Mul(hn::Set(d, s), deviation), deviation, total);
    }
    hn::StoreU(total, d, squares + j);
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

void column_sums(const DenseTile& tile, const double* weight, const double* center, double* sum,
                 const ColumnRange& range) {
  HWY_DYNAMIC_DISPATCH(column_sums)(tile, weight, center, sum, range);
}

void column_squares(const DenseTile& tile, const double* weight, const double* center, const double* mean,
                    double* squares) {
  HWY_DYNAMIC_DISPATCH(column_squares)(tile, weight, center, mean, squares);
}

}  // namespace plumbline
#endif
