#include "plumbline/losses/cross_entropy.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/losses/link_functions.hpp"
#include "plumbline/losses/weighted_costs.hpp"

namespace plumbline {

namespace {

constexpr double kLargestLogProbability = 1e-4;  // what rounding of float32 may leave of 0
/// −log p = c − z_k + log Σ exp(z − c), divided by 2^exponent before it can exceed the doubles.
void scaled_costs(std::span<const double> logits, std::span<const double> log_p, int exponent,
                  std::span<double> costs) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  const double log_sum = -log_p[static_cast<std::size_t>(largest - logits.begin())];
  const auto scaled = [exponent](double value) { return std::ldexp(value, -exponent); };
  for (std::size_t k = 0; k < costs.size(); ++k) {
    costs[k] = logits[k] == *largest ? scaled(log_sum) : scaled(*largest) - scaled(logits[k]) + scaled(log_sum);
  }
}

void negated(std::span<const double> log_p, int exponent, std::span<double> costs) {
  for (std::size_t k = 0; k < costs.size(); ++k) costs[k] = std::ldexp(0 - log_p[k], -exponent);
}

}  // namespace

LossValues cross_entropy(const ClassRows& logits, const ClassTargets& targets, const ClassLossOptions& options) {
  const std::vector<double> cells = log_softmax(logits);
  const ClassRows log_p(cells, logits.classes());
  const auto costs_of = [&](std::size_t i, int exponent, std::span<double> costs) {
    if (exponent == 0) {
      negated(log_p.row(i), 0, costs);
    } else {
      scaled_costs(logits.row(i), log_p.row(i), exponent, costs);
    }
  };
  return reduce_costs({"cross_entropy", logits.rows(), logits.classes()}, costs_of, targets, options);
}

LossValues nll(const ClassRows& log_probabilities, const ClassTargets& targets, const ClassLossOptions& options) {
  for (const double value : log_probabilities.cells()) {
    require(!(value > kLargestLogProbability), "nll", "log_probabilities", "at most 0, got " + std::to_string(value));
  }
  const auto costs_of = [&](std::size_t i, int exponent, std::span<double> costs) {
    negated(log_probabilities.row(i), exponent, costs);
  };
  return reduce_costs({"nll", log_probabilities.rows(), log_probabilities.classes()}, costs_of, targets, options);
}

}  // namespace plumbline
