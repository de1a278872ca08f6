#pragma once

#include <cmath>
#include <utility>

#include "plumbline/losses/weighted_costs.hpp"

namespace plumbline {

/// The shares (1 − y, y) of each y, (n, 2). Throws std::invalid_argument for a y outside [0, 1], NaN, or a number of
/// them other than `rows`.
std::vector<double> binary_shares(std::span<const double> y, std::size_t rows, const char* function);

/// reduce_costs for two classes: cost_of(prediction) is the pair of the costs of class 0 and class 1.
template <class CostOf>
LossValues reduce_binary_costs(const char* function, std::span<const double> predictions, std::span<const double> y,
                               const ClassLossOptions& options, const CostOf& cost_of) {
  const std::vector<double> shares = binary_shares(y, predictions.size(), function);
  const auto costs_of = [&](std::size_t i, int exponent, std::span<double> costs) {
    const std::pair<double, double> pair = cost_of(predictions[i]);
    costs[0] = std::ldexp(pair.first, -exponent);
    costs[1] = std::ldexp(pair.second, -exponent);
  };
  return reduce_costs({function, predictions.size(), 2}, costs_of, ClassRows(shares, 2), options);
}

}  // namespace plumbline
