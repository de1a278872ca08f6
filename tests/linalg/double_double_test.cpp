// Double-double arithmetic against __float128 (113 bits: products of doubles are exact in it, and its own rounding,
// 2^-113, is a thousandth of the errors that are bounded here) and against integers.
#include "plumbline/linalg/double_double.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

__extension__ using Quad = __float128;

constexpr double kUnit2 = 0x1p-106;  // u²

Quad exact(DoubleDouble a) { return static_cast<Quad>(a.high) + static_cast<Quad>(a.low); }

double relative_error(DoubleDouble got, Quad wanted) {
  const Quad difference = exact(got) - wanted;
  return wanted == 0 ? static_cast<double>(difference) : std::fabs(static_cast<double>(difference / wanted));
}

/// A double-double of magnitude 2^-40 … 2^40, any sign.
DoubleDouble draw(Draws& draws) {
  const double high = std::ldexp(draws.normal(), static_cast<int>(40 * draws.normal()) % 40);
  return two_sum(high, high * 0x1p-53 * draws.normal() * 0.3);
}

TEST(DoubleDouble, SumsAndProductsOfTwoDoublesAreExact) {
  Draws draws(1);
  for (int trial = 0; trial < 20000; ++trial) {
    const double a = draw(draws).high, b = std::ldexp(a, trial % 50 - 25) * draws.normal();
    EXPECT_TRUE(exact(two_sum(a, b)) == static_cast<Quad>(a) + static_cast<Quad>(b));
    EXPECT_TRUE(exact(two_prod(a, b)) == static_cast<Quad>(a) * static_cast<Quad>(b));
  }
}

TEST(DoubleDouble, OperationsKeepTheirBounds) {
  Draws draws(2);
  for (int trial = 0; trial < 20000; ++trial) {
    const DoubleDouble a = draw(draws), b = draw(draws);
    const Quad x = exact(a), y = exact(b);
    const double single = b.high;
    // Each bound is that of the header, and half an u² for the reference's own rounding.
    EXPECT_LE(relative_error(a + b, x + y), 3.5 * kUnit2);
    EXPECT_LE(relative_error(a - b, x - y), 3.5 * kUnit2);
    EXPECT_LE(relative_error(a + single, x + static_cast<Quad>(single)), 3.5 * kUnit2);
    EXPECT_LE(relative_error(a * b, x * y), 4.5 * kUnit2);
    EXPECT_LE(relative_error(a * single, x * static_cast<Quad>(single)), 4.5 * kUnit2);
    EXPECT_LE(relative_error(a / b, x / y), 10.5 * kUnit2);
    const DoubleDouble root = sqrt(a * a);
    EXPECT_LE(relative_error(root, x < 0 ? -x : x), 8.5 * kUnit2)
        << "two roundings: the square's, halved, and the root's";
  }
}

TEST(DoubleDouble, WordsDoNotOverlap) {
  Draws draws(3);
  for (int trial = 0; trial < 2000; ++trial) {
    const DoubleDouble a = draw(draws), b = draw(draws);
    for (const DoubleDouble result : {a + b, a - b, a * b, a / b, sqrt(a * a)}) {
      EXPECT_EQ(result.high + result.low, result.high);
    }
  }
}

RC_GTEST_PROP(DoubleDouble, IntegersOfAHundredBitsAreExact, (std::int64_t i, std::int64_t j)) {
  // Halves of 50 bits: sums and differences fit 106 bits, and so must be exact; so are products of 50-bit integers.
  const double a = static_cast<double>(i >> 14), b = static_cast<double>(j >> 14);
  const DoubleDouble big = two_sum(a * 0x1p50, b);
  const Quad wanted = static_cast<Quad>(a) * static_cast<Quad>(0x1p50) + static_cast<Quad>(b);
  RC_ASSERT(exact(big) == wanted);
  RC_ASSERT(exact((big + a) - a) == wanted);
  RC_ASSERT(exact(DoubleDouble(a) * DoubleDouble(b)) == static_cast<Quad>(a) * static_cast<Quad>(b));
}

TEST(DoubleDouble, CancellationLeavesTheLowWords) {
  const DoubleDouble third = DoubleDouble(1.0) / DoubleDouble(3.0);
  const DoubleDouble rest = DoubleDouble(1.0) - third * 3.0;
  EXPECT_LE(std::fabs(rest.high), 8 * kUnit2);
  EXPECT_NE(third.low, 0);
  EXPECT_EQ((two_sum(1e16, 1.0) - 1e16).high, 1);
}

TEST(DoubleDouble, SpecialValues) {
  EXPECT_EQ(sqrt(DoubleDouble(0.0)).high, 0);
  EXPECT_TRUE(std::isnan(sqrt(DoubleDouble(-1.0)).high));
  EXPECT_FALSE(is_finite(DoubleDouble(1e308) * 10.0));
  EXPECT_FALSE(is_finite(DoubleDouble(1.0) / DoubleDouble(0.0)));
  EXPECT_TRUE(is_finite(DoubleDouble(1e308)));
  const DoubleDouble moved = scaled(DoubleDouble(3.0, 0x1p-60), -7);
  EXPECT_EQ(moved.high, 3.0 / 128);
  EXPECT_EQ(moved.low, 0x1p-67);
}

}  // namespace
}  // namespace plumbline::testing
