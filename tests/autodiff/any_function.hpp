#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <span>

#include "plumbline/autodiff/numerical.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline::autodiff {

/// A generic function of matrices that tests can keep in a list: called with the scalars that derivatives need.
struct AnyFunction {
  template <class S>
  using Of = std::function<Var<S>(std::span<const Var<S>>)>;
  Of<double> plain;
  Of<Dual<double>> dual;
  Of<float> single;

  template <class F>
  explicit AnyFunction(const F& f) : plain(f), dual(f), single(f) {}
  Var<double> operator()(std::span<const Var<double>> in) const { return plain(in); }
  Var<Dual<double>> operator()(std::span<const Var<Dual<double>>> in) const { return dual(in); }
  Var<float> operator()(std::span<const Var<float>> in) const { return single(in); }
};

inline Array<double> random_array(const Shape& shape, std::uint64_t seed, double low = -1, double high = 1) {
  Array<double> array(shape);
  for (std::size_t c = 0; c < array.cells.size(); ++c) array.cells[c] = low + (high - low) * random_unit(seed, 77, c);
  return array;
}

inline Arrays<double> random_like(const Arrays<double>& at, std::uint64_t seed) {
  Arrays<double> arrays;
  for (const Array<double>& each : at) arrays.push_back(random_array(each.shape, seed + arrays.size()));
  return arrays;
}

inline double dot(const Array<double>& a, const Array<double>& b) {
  double sum = 0;
  for (std::size_t c = 0; c < a.cells.size(); ++c) sum += a.cells[c] * b.cells[c];
  return sum;
}

inline double dot(const Arrays<double>& a, const Arrays<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += dot(a[i], b[i]);
  return sum;
}

inline Arrays<double> plus(const Arrays<double>& a, double factor, const Arrays<double>& b) {
  Arrays<double> sum = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t c = 0; c < sum[i].cells.size(); ++c) sum[i].cells[c] += factor * b[i].cells[c];
  }
  return sum;
}

inline void expect_close(const Array<double>& a, const Array<double>& b, double tolerance) {
  ASSERT_EQ(a.shape, b.shape);
  for (std::size_t c = 0; c < a.cells.size(); ++c) {
    EXPECT_NEAR(a.cells[c], b.cells[c], tolerance * (1 + std::fabs(b.cells[c]))) << "cell " << c;
  }
}

}  // namespace plumbline::autodiff
