#include "plumbline/losses/weighted_costs.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

constexpr double kSimplexTolerance = 1e-4;
constexpr int kWide = 64;  // numbers divided by 2^64 can be added 1e19 times without overflow

/// A sum that also holds what exceeds the largest double, for a later division.
class WideSum {
 public:
  void add(double term, int exponent) {
    plain_ += std::ldexp(term, exponent);
    small_ += std::ldexp(term, exponent - kWide);
  }
  double over(double divisor) const {
    const double quotient = plain_ / divisor;
    return std::isfinite(quotient) ? quotient : std::ldexp(small_ / divisor, kWide);
  }

 private:
  double plain_ = 0, small_ = 0;
};

/// The targets as rows of shares q, smoothed.
class TargetShares {
 public:
  TargetShares(const ClassTargets& targets, std::size_t classes, double smoothing)
      : targets_(targets), smoothing_(smoothing), q_(classes) {}

  std::span<const double> row(std::size_t i) {
    if (const auto* indices = std::get_if<std::span<const std::size_t>>(&targets_)) {
      std::fill(q_.begin(), q_.end(), 0.0);
      q_[(*indices)[i]] = 1;
    } else {
      const std::span<const double> shares = std::get<ClassRows>(targets_).row(i);
      std::copy(shares.begin(), shares.end(), q_.begin());
    }
    for (double& q : q_) q = (1 - smoothing_) * q + smoothing_ / static_cast<double>(q_.size());
    return q_;
  }

 private:
  const ClassTargets& targets_;
  double smoothing_;
  std::vector<double> q_;
};

std::string expected_but_got(std::size_t expected, std::size_t got) {
  return std::to_string(expected) + ", got " + std::to_string(got);
}

void require_targets(const CostShape& shape, const ClassTargets& targets) {
  if (const auto* rows = std::get_if<ClassRows>(&targets)) {
    require(rows->classes() == shape.classes, shape.function, "columns of targets",
            expected_but_got(shape.classes, rows->classes()));
    require(rows->rows() == shape.rows, shape.function, "rows of targets", expected_but_got(shape.rows, rows->rows()));
    return require_simplex(*rows, shape.function, "targets");
  }
  const auto indices = std::get<std::span<const std::size_t>>(targets);
  require(indices.size() == shape.rows, shape.function, "number of targets",
          expected_but_got(shape.rows, indices.size()));
  for (const std::size_t index : indices) {
    require(index < shape.classes, shape.function, "targets",
            "indices below " + expected_but_got(shape.classes, index));
  }
}

void require_options(const CostShape& shape, const ClassLossOptions& options) {
  require(options.label_smoothing >= 0 && options.label_smoothing <= 1, shape.function, "label_smoothing",
          "in [0, 1], got " + std::to_string(options.label_smoothing));
  const std::span<const double> weights = options.class_weights;
  require(weights.empty() || weights.size() == shape.classes, shape.function, "number of class_weights",
          expected_but_got(shape.classes, weights.size()));
  for (const double weight : weights) {
    require(weight >= 0 && std::isfinite(weight), shape.function, "class_weights",
            "finite and at least 0, got " + std::to_string(weight));
  }
}

/// The class weights, divided by the power of two that brings the largest one in use below 1: a mean is then the same
/// to the last bit, and neither its numerator nor its denominator overflows through them.
std::vector<double> weights_below_one(std::vector<double> weights, TargetShares& shares, std::size_t rows) {
  double largest = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::span<const double> q = shares.row(i);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      if (q[k] > 0) largest = std::max(largest, weights[k]);
    }
  }
  if (largest == 0) return weights;
  const int exponent = std::ilogb(largest) + 1;
  for (double& weight : weights) weight = std::ldexp(weight, -exponent);
  return weights;
}

double weighted_cost(std::span<const double> weights, std::span<const double> q, std::span<const double> costs) {
  double sum = 0;
  for (std::size_t k = 0; k < costs.size(); ++k) {
    if (q[k] > 0 && weights[k] > 0) sum += weights[k] * (q[k] * costs[k]);
  }
  return sum;
}

}  // namespace

double LossValues::value() const {
  require(values.size() == 1, "LossValues::value", "number of values", expected_but_got(1, values.size()));
  return values.front();
}

void require_simplex(const ClassRows& rows, const char* function, const char* argument) {
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    double sum = 0;
    for (const double share : rows.row(i)) {
      require(share >= 0 && share <= 1, function, argument,
              "in [0, 1], got " + std::to_string(share) + " in row " + std::to_string(i));
      sum += share;
    }
    require(std::fabs(sum - 1) <= kSimplexTolerance, function, argument,
            "rows that sum to 1, got " + std::to_string(sum) + " in row " + std::to_string(i));
  }
}

LossValues reduce_costs(const CostShape& shape, const RowCosts& costs, const ClassTargets& targets,
                        const ClassLossOptions& options) {
  require_targets(shape, targets);
  require_options(shape, options);
  TargetShares shares(targets, shape.classes, options.label_smoothing);
  std::vector<double> weights(options.class_weights.begin(), options.class_weights.end());
  if (weights.empty()) weights.assign(shape.classes, 1.0);
  if (options.reduction == Reduction::mean) weights = weights_below_one(weights, shares, shape.rows);

  LossValues result;
  std::vector<double> row_costs(shape.classes);
  WideSum sum;
  double weight = 0;
  for (std::size_t i = 0; i < shape.rows; ++i) {
    const std::span<const double> q = shares.row(i);
    int exponent = 0;
    costs(i, exponent, row_costs);
    double loss = weighted_cost(weights, q, row_costs);
    if (std::isinf(loss)) {
      exponent = kWide;
      costs(i, exponent, row_costs);
      loss = weighted_cost(weights, q, row_costs);
    }
    if (options.reduction == Reduction::none) result.values.push_back(std::ldexp(loss, exponent));
    sum.add(loss, exponent);
    for (std::size_t k = 0; k < shape.classes; ++k) weight += q[k] * weights[k];
  }
  if (options.reduction == Reduction::none) return result;
  const bool mean = options.reduction == Reduction::mean;
  require(!mean || weight > 0, shape.function, "sum of the class weights of the rows",
          "above 0 for a mean, got " + std::to_string(weight));
  result.values.push_back(sum.over(mean ? weight : 1.0));
  return result;
}

}  // namespace plumbline
