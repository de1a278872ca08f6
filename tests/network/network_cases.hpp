#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "plumbline/network/network_risk.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

/// x as it is: center 0, scale 1.
inline Coordinates plain_coordinates(std::size_t features, bool intercept = true) {
  Coordinates at;
  at.center.assign(features, 0);
  at.scale.assign(features, 1);
  at.penalty_factor.assign(features, 1);
  at.intercept = intercept;
  return at;
}

/// φ(x) as the docstrings have it, written down without the library's own functions.
inline double activation_by_hand(Activation activation, double x, double slope) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return std::fmax(0, x);
    case Activation::leaky_relu:
      return x > 0 ? x : 0.01 * x;
    case Activation::prelu:
      return x > 0 ? x : slope * x;
    case Activation::elu:
      return x > 0 ? x : std::exp(x) - 1;
    case Activation::softplus:
      return std::log(1 + std::exp(x));
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::tanh:
      return std::tanh(x);
  }
  return 0;
}

/// eta of one row by loops over neurons. w: as Architecture lays it out.
inline std::vector<double> predictors_by_hand(const Architecture& network, std::vector<double> h, const double* w) {
  std::vector<std::size_t> widths = network.hidden;
  widths.push_back(network.outputs);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    std::vector<double> next(w + h.size() * widths[i], w + (h.size() + 1) * widths[i]);
    for (std::size_t k = 0; k < widths[i]; ++k) {
      for (std::size_t j = 0; j < h.size(); ++j) next[k] += h[j] * w[j * widths[i] + k];
    }
    w += (h.size() + 1) * widths[i];
    for (std::size_t k = 0; i + 1 < widths.size() && k < widths[i]; ++k) {
      next[k] = activation_by_hand(network.activation, next[k], w[k]);
    }
    if (i + 1 < widths.size() && network.activation == Activation::prelu) w += widths[i];
    h = next;
  }
  return h;
}

/// Parameters away from 0 everywhere, biases and slopes too.
inline Vector random_parameters(const Architecture& network, std::uint64_t seed) {
  Draws draws(seed);
  Vector w(static_cast<Eigen::Index>(network.parameters()));
  for (double& each : w) each = 0.5 * draws.normal();
  return w;
}

}  // namespace plumbline::testing
