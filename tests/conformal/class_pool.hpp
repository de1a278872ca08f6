#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "plumbline/calibration/class_outputs.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

/// A classifier's logits on rows whose truth is known.
struct ClassPool {
  std::size_t classes = 2;
  std::vector<double> logits;  ///< (n, m)
  std::vector<std::uint32_t> label;
  std::vector<double> weight{};

  std::size_t rows() const { return label.size(); }
  ClassOutputs view(std::size_t begin, std::size_t count) const {
    ClassOutputs outputs;
    outputs.scores = {logits.data() + begin * classes, count, classes, classes, Scalar::f64, 1};
    outputs.label = label.data() + begin;
    if (!weight.empty()) outputs.weight = weight.data() + begin;
    return outputs;
  }
  ClassOutputs view() const { return view(0, rows()); }
  /// Its rows in the order that `order` gives.
  ClassPool arranged(const std::vector<std::size_t>& order) const {
    ClassPool to{classes, {}, {}, {}};
    to.logits.reserve(order.size() * classes);
    for (const std::size_t i : order) {
      const auto row = logits.begin() + static_cast<std::ptrdiff_t>(i * classes);
      to.logits.insert(to.logits.end(), row, row + static_cast<std::ptrdiff_t>(classes));
      to.label.push_back(label[i]);
      if (!weight.empty()) to.weight.push_back(weight[i]);
    }
    return to;
  }
};

/// Labels drawn from softmax(z), logits that are 1.7·z: an overconfident model. No two scores are equal.
inline ClassPool random_pool(std::size_t rows, std::size_t classes, std::uint64_t seed) {
  Draws draws(seed);
  ClassPool pool{classes, {}, {}, {}};
  std::vector<double> z(classes), p(classes);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < classes; ++k) z[k] = 1.5 * draws.normal() - 0.1 * static_cast<double>(k);
    std::transform(z.begin(), z.end(), p.begin(), [](double value) { return std::exp(value); });
    double left = draws.unit() * std::accumulate(p.begin(), p.end(), 0.0);
    std::size_t truth = 0;
    while (truth + 1 < classes && left >= p[truth]) left -= p[truth++];
    for (const double value : z) pool.logits.push_back(1.7 * value);
    pool.label.push_back(static_cast<std::uint32_t>(truth));
  }
  return pool;
}

/// A random order of 0 … n − 1.
inline std::vector<std::size_t> random_order(std::size_t n, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::size_t>> keyed;
  for (std::size_t i = 0; i < n; ++i) keyed.emplace_back(random_bits(seed, 77, i), i);
  std::sort(keyed.begin(), keyed.end());
  std::vector<std::size_t> order;
  for (const auto& each : keyed) order.push_back(each.second);
  return order;
}

}  // namespace plumbline::testing
