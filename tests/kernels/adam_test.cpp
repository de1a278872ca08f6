#include "plumbline/kernels/adam.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

template <class T>
struct Parameters {
  std::vector<T> w, g, m, v;

  explicit Parameters(std::size_t count) {
    for (std::size_t c = 0; c < count; ++c) {
      w.push_back(static_cast<T>(random_unit(1, 0, c) - 0.5));
      g.push_back(static_cast<T>(c % 7 == 0 ? 0 : random_unit(1, 1, c) - 0.5));
      m.push_back(static_cast<T>(random_unit(1, 2, c) - 0.5));
      v.push_back(static_cast<T>(c % 14 == 0 ? 0 : random_unit(1, 3, c)));
    }
  }
  AdamStep<T> step(std::size_t first, std::size_t count) {
    AdamStep<T> by{w.data() + first, g.data() + first, m.data() + first, v.data() + first, count};
    by.step = T(0.01);
    by.momentum = T(0.9);
    by.rest = T(0.1);
    by.second = T(0.999);
    by.second_rest = T(0.001);
    by.first_bias = T(2);
    by.second_bias = T(30);
    by.epsilon = T(1e-8);
    by.l2 = T(0.3);
    return by;
  }
};

/// The formula with everything in long double.
template <class T>
void step_by_hand(const AdamStep<T>& by, std::size_t c, T& w, T& m, T& v) {
  const auto wide = [](T x) { return static_cast<long double>(x); };
  const long double first = wide(by.momentum) * wide(m) + wide(by.rest) * wide(by.g[c]);
  const long double second = wide(by.second) * wide(v) + wide(by.second_rest) * wide(by.g[c]) * wide(by.g[c]);
  const long double scaled =
      wide(by.first_bias) * first / (std::sqrt(wide(by.second_bias) * second) + wide(by.epsilon));
  w = static_cast<T>(wide(w) - wide(by.step) * (scaled + wide(by.l2) * wide(w)));
  m = static_cast<T>(first);
  v = static_cast<T>(second);
}

/// A dozen roundings of numbers up to 1. Where v is 0 and m is not, the step of 1e7 makes them relative.
template <class T>
void expect_formula(std::size_t count) {
  Parameters<T> taken(count), expected(count);
  take(taken.step(0, count));
  const T tolerance = 16 * std::numeric_limits<T>::epsilon();
  for (std::size_t c = 0; c < count; ++c) {
    step_by_hand(expected.step(0, count), c, expected.w[c], expected.m[c], expected.v[c]);
    EXPECT_NEAR(taken.w[c], expected.w[c], tolerance * std::fmax(T(1), std::fabs(expected.w[c])));
    EXPECT_NEAR(taken.m[c], expected.m[c], tolerance);
    EXPECT_NEAR(taken.v[c], expected.v[c], tolerance);
  }
}

TEST(Adam, IsTheFormulaForEveryLength) {
  for_every_target([] {
    for (const std::size_t count : {0U, 1U, 3U, 7U, 8U, 16U, 17U, 100U}) {
      expect_formula<float>(count);
      expect_formula<double>(count);
    }
  });
}

TEST(Adam, CutsChangeNoBit) {
  for_every_target([] {
    Parameters<float> whole(61), cut(61);
    take(whole.step(0, 61));
    std::size_t first = 0;
    for (const std::size_t count : {5U, 1U, 32U, 23U}) {
      take(cut.step(first, count));
      first += count;
    }
    EXPECT_EQ(cut.w, whole.w);
    EXPECT_EQ(cut.m, whole.m);
    EXPECT_EQ(cut.v, whole.v);
  });
}

}  // namespace
}  // namespace plumbline
