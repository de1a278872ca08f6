#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/class_outputs.hpp"
#include "plumbline/calibration/events.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline::testing {

/// Events whose outcomes are drawn with p^power: calibrated for power 1.
struct DrawnEvents {
  std::vector<double> p;
  std::vector<std::uint8_t> happened;
  std::vector<double> weight;

  DrawnEvents(std::size_t n, double power, std::uint64_t seed, std::uint64_t levels = 0) {
    for (std::size_t i = 0; i < n; ++i) {
      const double u = random_unit(seed, 1, i);
      p.push_back(levels == 0 ? u : std::floor(u * static_cast<double>(levels)) / static_cast<double>(levels));
      happened.push_back(random_unit(seed, 2, i) < std::pow(p.back(), power) ? 1 : 0);
    }
  }
  /// Whole frequency weights 0 … 3.
  void weigh(std::uint64_t seed) {
    for (std::size_t i = 0; i < p.size(); ++i) weight.push_back(std::floor(4 * random_unit(seed, 3, i)));
  }
  /// Each row as often as its weight says.
  DrawnEvents repeated() const {
    DrawnEvents rows(0, 1, 0);
    for (std::size_t i = 0; i < p.size(); ++i) {
      for (double s = weight[i]; s > 0; s -= 1) {
        rows.p.push_back(p[i]);
        rows.happened.push_back(happened[i]);
      }
    }
    return rows;
  }
  Events sorted() const {
    return sorted_events({p.data(), happened.data(), weight.empty() ? nullptr : weight.data(), p.size()});
  }
};

/// Float logits of a classifier that is too sure of itself.
struct DrawnOutputs {
  std::size_t classes;
  std::vector<float> logits;
  std::vector<std::uint32_t> label;

  DrawnOutputs(std::size_t n, std::size_t m, std::uint64_t seed) : classes(m) {
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> p(m);
      double sum = 0;
      for (std::size_t k = 0; k < m; ++k) {
        const double eta = 4 * random_unit(seed, k, i) - 2;
        logits.push_back(static_cast<float>(2 * eta));
        sum += p[k] = std::exp(eta);
      }
      double left = random_unit(seed, 1000, i) * sum;
      std::uint32_t k = 0;
      while (k + 1 < m && left >= p[k]) left -= p[k++];
      label.push_back(k);
    }
  }
  ClassOutputs view() const {
    const std::size_t n = label.size();
    return {DenseView{logits.data(), n, classes, classes, Scalar::f32, 1}, OutputKind::logits, label.data(), nullptr};
  }
};

}  // namespace plumbline::testing
