#include "plumbline/kernels/elementwise.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "plumbline/kernels/targets.hpp"
#include "plumbline/kernels/tile.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "plumbline/kernels/elementwise.cpp"
#include "hwy/foreach_target.h"
//
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace plumbline::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<double, kLane>;
using Bits = hn::Rebind<std::uint64_t, Tag>;
using Vector = hn::Vec<Tag>;
constexpr std::size_t kWidth = hn::MaxLanes(Tag());

// log 2 in two parts: the first has 21 trailing zero bits, so that its product with an exponent is exact.
constexpr double kLog2High = 0x1.62e42feep-1;
constexpr double kLog2Low = 0x1.a39ef35793c76p-33;
/// Added to |n| < 2^51, leaves the integer nearest to n in the low bits.
constexpr double kRounder = 0x1.8p52;

HWY_INLINE Vector constant(double value) { return hn::Set(Tag(), value); }

/// 2^n for integer −1022 <= n <= 1023: the biased exponent ends in the low bits of the sum, and is moved into place.
HWY_INLINE Vector power_of_two(Vector n) {
  const Vector biased = hn::Add(n, constant(kRounder + 1023));
  return hn::BitCast(Tag(), hn::ShiftLeft<52>(hn::BitCast(Bits(), biased)));
}

/// Σ r^i / (i + 2)! for i = 0 … 11, so that exp(r) = 1 + r + r² · this; |r| <= log(2)/2 leaves out less than 2^-57.
HWY_INLINE Vector exp_tail(Vector r) {
  const auto pair = [](Vector x, double low, double high)
                        HWY_ATTR { return hn::MulAdd(x, constant(high), constant(low)); };
  const Vector r2 = hn::Mul(r, r);
  const Vector r4 = hn::Mul(r2, r2);
  const Vector p0 = hn::MulAdd(r2, pair(r, 1.0 / 24, 1.0 / 120), pair(r, 1.0 / 2, 1.0 / 6));
  const Vector p1 = hn::MulAdd(r2, pair(r, 1.0 / 40320, 1.0 / 362880), pair(r, 1.0 / 720, 1.0 / 5040));
  const Vector p2 =
      hn::MulAdd(r2, pair(r, 1.0 / 479001600, 1.0 / 6227020800.0), pair(r, 1.0 / 3628800, 1.0 / 39916800));
  return hn::MulAdd(r4, hn::MulAdd(r4, p2, p1), p0);
}

/// exp(x) for x <= 0, within 1 ulp or so also where it is denormal; 0 below −746.
HWY_INLINE Vector exp_nonpositive(Vector x) {
  x = hn::Max(x, constant(-746.0));
  const Vector n = hn::Sub(hn::MulAdd(x, constant(0x1.71547652b82fep+0), constant(kRounder)), constant(kRounder));
  const Vector r = hn::NegMulAdd(n, constant(kLog2Low), hn::NegMulAdd(n, constant(kLog2High), x));
  const Vector mantissa = hn::Add(constant(1.0), hn::MulAdd(hn::Mul(r, r), exp_tail(r), r));
  // The first scaling is exact; only the second can leave the normal range, and then rounds once.
  const Vector most = hn::Max(n, constant(-1000.0));
  return hn::Mul(hn::Mul(mantissa, power_of_two(most)), power_of_two(hn::Sub(n, most)));
}

/// log(1 + f) for √½ − 1 <= f <= √2 − 1: 2 atanh(s) with s = f/(2 + f), arranged so that f itself comes in unrounded.
/// The series Σ s^(2i)·2/(2i + 1) is cut after i = 11, beyond which |s| <= 0.172 leaves less than 2^-60.
HWY_INLINE Vector log_near_one(Vector f) {
  const Vector s = hn::Div(f, hn::Add(constant(2.0), f));
  const Vector s2 = hn::Mul(s, s);
  const Vector s4 = hn::Mul(s2, s2);
  Vector even = constant(2.0 / 21);
  Vector odd = constant(2.0 / 23);
  for (const int i : {17, 13, 9, 5}) even = hn::MulAdd(even, s4, constant(2.0 / i));
  for (const int i : {19, 15, 11, 7, 3}) odd = hn::MulAdd(odd, s4, constant(2.0 / i));
  const Vector series = hn::MulAdd(odd, s2, hn::Mul(even, s4));
  const Vector half_square = hn::Mul(constant(0.5), hn::Mul(f, f));
  return hn::Sub(f, hn::NegMulAdd(s, hn::Add(half_square, series), half_square));
}

/// log(1 + e) for 0 <= e <= 1, to full relative accuracy.
HWY_INLINE Vector log1p_unit(Vector e) {
  const auto far = hn::Gt(e, constant(0x1.a8p-2));  // about √2 − 1: from there on log 2 + log(1 + (e − 1)/2)
  const Vector f = hn::IfThenElse(far, hn::Mul(constant(0.5), hn::Sub(e, constant(1.0))), e);
  return hn::Add(hn::IfThenElseZero(far, constant(0x1.62e42fefa39efp-1)), log_near_one(f));
}

/// log(x) for normal x >= 1.
HWY_INLINE Vector log_from_one(Vector x) {
  const Tag d;
  const Bits bits;
  const auto raw = hn::BitCast(bits, x);
  const Vector power = hn::BitCast(d, hn::Or(hn::ShiftRight<52>(raw), hn::BitCast(bits, constant(0x1p52))));
  Vector exponent = hn::Sub(power, constant(0x1p52 + 1023));
  const auto fraction = hn::And(raw, hn::Set(bits, 0x000fffffffffffffULL));
  Vector mantissa = hn::BitCast(d, hn::Or(fraction, hn::BitCast(bits, constant(1.0))));
  const auto far = hn::Gt(mantissa, constant(0x1.6ap+0));  // about √2
  mantissa = hn::IfThenElse(far, hn::Mul(mantissa, constant(0.5)), mantissa);
  exponent = hn::Add(exponent, hn::IfThenElseZero(far, constant(1.0)));
  const Vector small = hn::MulAdd(exponent, constant(kLog2Low), log_near_one(hn::Sub(mantissa, constant(1.0))));
  return hn::MulAdd(exponent, constant(kLog2High), small);
}

/// Where softplus_and_sigmoid writes; any may be null.
struct SigmoidOutputs {
  double* softplus;
  double* probability;
  double* complement;
};

HWY_INLINE void sigmoid_vector(const double* z_at, const SigmoidOutputs& to, std::size_t i) {
  const Tag d;
  const Vector z = hn::LoadU(d, z_at);
  const Vector e = exp_nonpositive(hn::Neg(hn::Abs(z)));
  if (to.softplus != nullptr) {
    hn::StoreU(hn::Add(hn::Max(z, hn::Zero(d)), log1p_unit(e)), d, to.softplus + i);
  }
  if (to.probability == nullptr && to.complement == nullptr) return;
  const Vector larger = hn::Div(constant(1.0), hn::Add(constant(1.0), e));
  const Vector smaller = hn::Mul(e, larger);
  const auto positive = hn::Gt(z, hn::Zero(d));
  if (to.probability != nullptr) hn::StoreU(hn::IfThenElse(positive, larger, smaller), d, to.probability + i);
  if (to.complement != nullptr) hn::StoreU(hn::IfThenElse(positive, smaller, larger), d, to.complement + i);
}

void sigmoid_array(const double* z, std::size_t count, double* softplus, double* probability, double* complement) {
  const SigmoidOutputs to{softplus, probability, complement};
  const std::size_t whole = count / kWidth * kWidth;
  for (std::size_t i = 0; i < whole; i += kWidth) sigmoid_vector(z + i, to, i);
  const std::size_t left = (count - whole) * sizeof(double);
  if (left == 0) return;
  double rest[4][kLane] = {};
  std::memcpy(rest[0], z + whole, left);
  sigmoid_vector(rest[0], {rest[1], rest[2], rest[3]}, 0);
  if (to.softplus != nullptr) std::memcpy(to.softplus + whole, rest[1], left);
  if (to.probability != nullptr) std::memcpy(to.probability + whole, rest[2], left);
  if (to.complement != nullptr) std::memcpy(to.complement + whole, rest[3], left);
}

/// kWidth rows of K numbers side by side, column k of row i at cells[k · kWidth + i]: one row a lane, so that each
/// sees the same operations in the same order wherever it stands. Leaves probabilities (if asked) behind.
void softmax_lanes(double* cells, std::size_t outputs, bool probabilities, double* log_normalizer) {
  const Tag d;
  Vector most = hn::LoadU(d, cells);
  for (std::size_t k = 1; k < outputs; ++k) most = hn::Max(most, hn::LoadU(d, cells + k * kWidth));
  Vector sum = hn::Zero(d);
  for (std::size_t k = 0; k < outputs; ++k) {
    // A difference below the smallest double is −∞, whose exponential is the 0 that it should be.
    const Vector e = exp_nonpositive(hn::Sub(hn::LoadU(d, cells + k * kWidth), most));
    hn::StoreU(e, d, cells + k * kWidth);
    sum = hn::Add(sum, e);
  }
  hn::StoreU(hn::Add(most, log_from_one(sum)), d, log_normalizer);
  if (!probabilities) return;
  const Vector share = hn::Div(constant(1.0), sum);
  for (std::size_t k = 0; k < outputs; ++k) {
    hn::StoreU(hn::Mul(share, hn::LoadU(d, cells + k * kWidth)), d, cells + k * kWidth);
  }
}

constexpr std::size_t kFewOutputs = 64;

void softmax_array(const double* z, std::size_t rows, std::size_t outputs, double* log_normalizer,
                   double* probability) {
  // A few outputs need no memory of their own: the loss of a training step allocates nothing.
  double few[kFewOutputs * kWidth];
  std::vector<double> many(outputs > kFewOutputs ? outputs * kWidth : 0);
  double* cells = outputs > kFewOutputs ? many.data() : few;
  double normalizers[kLane];
  for (std::size_t first = 0; first < rows; first += kWidth) {
    const std::size_t here = std::min(kWidth, rows - first);
    for (std::size_t lane = 0; lane < kWidth; ++lane) {
      const double* row = z + (first + std::min(lane, here - 1)) * outputs;  // lanes without a row repeat the last
      for (std::size_t k = 0; k < outputs; ++k) cells[k * kWidth + lane] = row[k];
    }
    softmax_lanes(cells, outputs, probability != nullptr, normalizers);
    if (log_normalizer != nullptr) std::copy(normalizers, normalizers + here, log_normalizer + first);
    if (probability == nullptr) continue;
    for (std::size_t lane = 0; lane < here; ++lane) {
      double* row = probability + (first + lane) * outputs;
      for (std::size_t k = 0; k < outputs; ++k) row[k] = cells[k * kWidth + lane];
    }
  }
}

}  // namespace
}  // namespace plumbline::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace plumbline {

namespace {
HWY_EXPORT(sigmoid_array);
HWY_EXPORT(softmax_array);
}  // namespace

void softplus_and_sigmoid(const double* z, std::size_t count, double* softplus, double* probability,
                          double* complement) {
  HWY_DYNAMIC_DISPATCH(sigmoid_array)(z, count, softplus, probability, complement);
}

void softmax_rows(const double* z, std::size_t rows, std::size_t outputs, double* log_normalizer, double* probability) {
  HWY_DYNAMIC_DISPATCH(softmax_array)(z, rows, outputs, log_normalizer, probability);
}

}  // namespace plumbline
#endif
