#pragma once

#include <cmath>

namespace plumbline {

/// An unevaluated sum high + low of two doubles with high = fl(high + low): a significand of at least 106 bits, u² ≈
/// 1.2e-32, with the range of double. Relative errors (Joldeş, Muller and Popescu 2017, with u = 2⁻⁵³): + and − at most
/// 3u², × 4u², / 10u², √ 4u²; exact results are given exactly for sums and products that fit. Below about 1e-292 the
/// low word underflows and the accuracy falls to that of double. Infinite or NaN where a double would be. Compiled
/// without contraction (-ffp-contract=off): the error terms below are the whole point.
struct DoubleDouble {
  double high = 0;
  double low = 0;

  constexpr DoubleDouble() = default;
  constexpr explicit DoubleDouble(double value) : high(value) {}
  constexpr DoubleDouble(double high_word, double low_word) : high(high_word), low(low_word) {}
  /// Rounded to nearest: high, by what it is.
  constexpr explicit operator double() const { return high; }
};

/// a + b exactly (Knuth 1969); any order of magnitudes.
inline DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

/// a + b exactly where |a| >= |b| or a = 0 (Dekker 1971).
inline DoubleDouble ordered_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a · b exactly, unless the product leaves the range of double.
inline DoubleDouble two_prod(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

inline DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

inline DoubleDouble operator+(DoubleDouble a, double b) {
  const DoubleDouble sum = two_sum(a.high, b);
  return ordered_two_sum(sum.high, a.low + sum.low);
}

inline DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble highs = two_sum(a.high, b.high);
  const DoubleDouble lows = two_sum(a.low, b.low);
  const DoubleDouble sum = ordered_two_sum(highs.high, highs.low + lows.high);
  return ordered_two_sum(sum.high, sum.low + lows.low);
}

inline DoubleDouble operator-(DoubleDouble a, double b) { return a + (-b); }
inline DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + (-b); }

inline DoubleDouble operator*(DoubleDouble a, double b) {
  const DoubleDouble product = two_prod(a.high, b);
  return ordered_two_sum(product.high, std::fma(a.low, b, product.low));
}

inline DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = two_prod(a.high, b.high);
  const double cross = std::fma(a.high, b.low, a.low * b.high + a.low * b.low);
  return ordered_two_sum(product.high, product.low + cross);
}

/// Long division: two digits of 53 bits, the second from the exact remainder of the first, a third to round.
inline DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  DoubleDouble remainder = a - b * first;
  const double second = remainder.high / b.high;
  remainder = remainder - b * second;
  return ordered_two_sum(first, second) + remainder.high / b.high;
}

inline DoubleDouble operator/(DoubleDouble a, double b) { return a / DoubleDouble(b); }

inline DoubleDouble& operator+=(DoubleDouble& a, DoubleDouble b) { return a = a + b; }
inline DoubleDouble& operator-=(DoubleDouble& a, DoubleDouble b) { return a = a - b; }
inline DoubleDouble& operator*=(DoubleDouble& a, DoubleDouble b) { return a = a * b; }

/// One Newton step from the square root of the high word (Karp and Markstein 1997). 0 for 0, NaN below.
inline DoubleDouble sqrt(DoubleDouble a) {
  const double root = std::sqrt(a.high);
  if (!(root > 0) || !std::isfinite(root)) return DoubleDouble(root);
  const DoubleDouble remainder = a - two_prod(root, root);
  return ordered_two_sum(root, remainder.high / (2 * root));
}

/// a · 2^exponent, exact unless it leaves the range.
inline DoubleDouble scaled(DoubleDouble a, int exponent) {
  return {std::ldexp(a.high, exponent), std::ldexp(a.low, exponent)};
}

inline bool is_finite(DoubleDouble a) { return std::isfinite(a.high) && std::isfinite(a.low); }

}  // namespace plumbline
