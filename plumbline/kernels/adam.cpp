#include "plumbline/kernels/adam.hpp"

#include <algorithm>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/tile.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/adam.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::CappedTag<T, kLane * sizeof(double) / sizeof(T)>;
template <class T>
constexpr std::size_t kWidth = hn::MaxLanes(Tag<T>());

template <class T>
HWY_INLINE void step_vector(const AdamStep<T>& by, T* w_at, const T* g_at, T* m_at, T* v_at) {
  const Tag<T> d;
  const auto g = hn::LoadU(d, g_at), w = hn::LoadU(d, w_at);
  const auto m = hn::MulAdd(hn::Set(d, by.momentum), hn::LoadU(d, m_at), hn::Mul(hn::Set(d, by.rest), g));
  const auto square = hn::Mul(hn::Mul(hn::Set(d, by.second_rest), g), g);
  const auto v = hn::MulAdd(hn::Set(d, by.second), hn::LoadU(d, v_at), square);
  const auto root = hn::Add(hn::Sqrt(hn::Mul(hn::Set(d, by.second_bias), v)), hn::Set(d, by.epsilon));
  const auto scaled = hn::Div(hn::Mul(hn::Set(d, by.first_bias), m), root);
  hn::StoreU(m, d, m_at);
  hn::StoreU(v, d, v_at);
  hn::StoreU(hn::NegMulAdd(hn::Set(d, by.step), hn::MulAdd(hn::Set(d, by.l2), w, scaled), w), d, w_at);
}

template <class T>
void take_all(const AdamStep<T>& by) {
  std::size_t c = 0;
  for (; c + kWidth<T> <= by.count; c += kWidth<T>) step_vector(by, by.w + c, by.g + c, by.m + c, by.v + c);
  const std::size_t rest = by.count - c;
  if (rest == 0) return;
  T w[kWidth<T>] = {}, g[kWidth<T>] = {}, m[kWidth<T>] = {}, v[kWidth<T>] = {};
  std::copy_n(by.w + c, rest, w);
  std::copy_n(by.g + c, rest, g);
  std::copy_n(by.m + c, rest, m);
  std::copy_n(by.v + c, rest, v);
  step_vector(by, w, g, m, v);
  std::copy_n(w, rest, by.w + c);
  std::copy_n(m, rest, by.m + c);
  std::copy_n(v, rest, by.v + c);
}

void take_float(const AdamStep<float>& step) { take_all(step); }
void take_double(const AdamStep<double>& step) { take_all(step); }

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(take_float);
HWY_EXPORT(take_double);
}  // namespace

void take(const AdamStep<float>& step) { HWY_DYNAMIC_DISPATCH(take_float)(step); }
void take(const AdamStep<double>& step) { HWY_DYNAMIC_DISPATCH(take_double)(step); }

}  // namespace plumbline
#endif
