#include "plumbline/kernels/lane_sums.hpp"

#include "plumbline/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/lane_sums.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLaneMultiple>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());

void add_to_lanes(const double* count, std::size_t lanes, const LaneTarget* targets, std::size_t number) {
  const Tag d;
  for (std::size_t j = 0; j < number; ++j) {
    double* const sum = targets[j].sum;
    const auto factor = hn::Set(d, targets[j].factor);
    for (std::size_t l = 0; l < lanes; l += kWidth) {
      hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, count + l), hn::LoadU(d, sum + l)), d, sum + l);
    }
  }
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(add_to_lanes);
}  // namespace

void add_to_lanes(const double* count, std::size_t lanes, const LaneTarget* targets, std::size_t number) {
  HWY_DYNAMIC_DISPATCH(add_to_lanes)(count, lanes, targets, number);
}

}  // namespace plumbline
#endif
