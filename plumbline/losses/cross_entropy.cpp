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
constexpr int kScale = 64;

/// −log p/2^64 of a row in which −log p itself, c + log Σ exp(z − c) − z_k, is beyond the doubles.
void scaled_costs(std::span<const double> logits, std::span<const double> log_p, std::span<double> costs) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  const double log_sum = -log_p[static_cast<std::size_t>(largest - logits.begin())];
  for (std::size_t k = 0; k < costs.size(); ++k) {
    const double distance = std::ldexp(*largest, -kScale) - std::ldexp(logits[k], -kScale);
    costs[k] = distance + std::ldexp(log_sum, -kScale);
  }
}

bool exceeds_doubles(std::span<const double> logits, std::span<const double> costs) {
  for (std::size_t k = 0; k < costs.size(); ++k) {
    if (std::isinf(costs[k]) && std::isfinite(logits[k])) return true;
  }
  return false;
}

void negate(std::span<const double> log_p, std::span<double> costs) {
  std::transform(log_p.begin(), log_p.end(), costs.begin(), [](double value) { return 0 - value; });
}

}  // namespace

LossValues cross_entropy(const ClassRows& logits, const ClassTargets& targets, const ClassLossOptions& options) {
  const std::vector<double> cells = log_softmax(logits);
  const ClassRows log_p(cells, logits.classes());
  const auto costs_of = [&](std::size_t i, std::span<double> costs) {
    negate(log_p.row(i), costs);
    if (!exceeds_doubles(logits.row(i), costs)) return 0;
    scaled_costs(logits.row(i), log_p.row(i), costs);
    return kScale;
  };
  return reduce_costs({"cross_entropy", logits.rows(), logits.classes()}, costs_of, targets, options);
}

LossValues nll(const ClassRows& log_probabilities, const ClassTargets& targets, const ClassLossOptions& options) {
  for (const double value : log_probabilities.cells()) {
    require(!(value > kLargestLogProbability), "nll", "log_probabilities", "at most 0, got " + std::to_string(value));
  }
  const auto costs_of = [&](std::size_t i, std::span<double> costs) {
    negate(log_probabilities.row(i), costs);
    return 0;
  };
  return reduce_costs({"nll", log_probabilities.rows(), log_probabilities.classes()}, costs_of, targets, options);
}

}  // namespace plumbline
