#include "plumbline/losses/margin.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/losses/binary_costs.hpp"

namespace plumbline {

namespace {

bool has_nan(std::span<const double> row) {
  return std::any_of(row.begin(), row.end(), [](double value) { return std::isnan(value); });
}

double row_margin(std::span<const double> logits, std::size_t truth) {
  if (has_nan(logits)) return kNaN;
  double rival = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (k != truth) rival = std::max(rival, logits[k]);
  }
  return logits[truth] == rival ? 0 : logits[truth] - rival;
}

}  // namespace

std::vector<double> margin(std::span<const double> logits, std::span<const double> y) {
  require(y.size() == logits.size(), "margin", "number of targets",
          std::to_string(logits.size()) + ", got " + std::to_string(y.size()));
  std::vector<double> margins;
  for (std::size_t i = 0; i < y.size(); ++i) {
    require(y[i] == 0 || y[i] == 1, "margin", "y", "0 or 1, got " + std::to_string(y[i]));
    margins.push_back(y[i] == 1 ? logits[i] : -logits[i]);
  }
  return margins;
}

std::vector<double> margin(const ClassRows& logits, std::span<const std::size_t> targets) {
  require(logits.classes() >= 2, "margin", "classes", "at least 2, got 1");
  require(targets.size() == logits.rows(), "margin", "number of targets",
          std::to_string(logits.rows()) + ", got " + std::to_string(targets.size()));
  std::vector<double> margins;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    require(targets[i] < logits.classes(), "margin", "targets",
            "indices below " + std::to_string(logits.classes()) + ", got " + std::to_string(targets[i]));
    margins.push_back(row_margin(logits.row(i), targets[i]));
  }
  return margins;
}

LossValues zero_one_loss(const ClassRows& scores, const ClassTargets& targets, const ClassLossOptions& options) {
  const auto costs_of = [&](std::size_t i, int exponent, std::span<double> costs) {
    const std::span<const double> row = scores.row(i);
    std::fill(costs.begin(), costs.end(), has_nan(row) ? kNaN : std::ldexp(1.0, -exponent));
    if (!has_nan(row)) costs[static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin())] = 0;
  };
  return reduce_costs({"zero_one_loss", scores.rows(), scores.classes()}, costs_of, targets, options);
}

LossValues zero_one_loss(std::span<const double> logits, std::span<const double> y, const ClassLossOptions& options) {
  return reduce_binary_costs("zero_one_loss", logits, y, options, [](double z) {
    if (std::isnan(z)) return std::pair{kNaN, kNaN};
    return z > 0 ? std::pair{1.0, 0.0} : std::pair{0.0, 1.0};
  });
}

}  // namespace plumbline
