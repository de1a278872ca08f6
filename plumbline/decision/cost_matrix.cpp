#include "plumbline/decision/cost_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

double expected_cost(const CostMatrix& costs, std::size_t decided, const double* p) {
  double expected = 0;
  for (std::size_t j = 0; j < costs.classes; ++j) expected += costs.at(decided, j) * p[j];
  return expected;
}

/// P(second) up to which the first class costs no more than the second; nothing if that does not hold on [0, t] alone.
std::optional<double> threshold(const CostMatrix& costs) {
  const double false_second = costs.at(1, 0) - costs.at(0, 0);  // what the second costs more where the first is true
  const double false_first = costs.at(0, 1) - costs.at(1, 1);
  if (false_second <= 0 && false_first <= 0) {
    if (false_second < 0 || false_first < 0) return std::nullopt;
    return kInfinity;  // all the same: the first of equals
  }
  if (false_second < 0) return -kInfinity;  // the second costs less whatever is true
  if (false_second == 0) return 0;
  if (false_first <= 0) return kInfinity;
  return false_second / (false_second + false_first);
}

}  // namespace

CostMatrix zero_one_costs(std::size_t classes) {
  CostMatrix costs;
  costs.classes = classes;
  costs.cost.assign(classes * classes, 1);
  for (std::size_t k = 0; k < classes; ++k) costs.cost[k * classes + k] = 0;
  return costs;
}

Decision decide(const CostMatrix& costs, const double* p) {
  Decision best{0, expected_cost(costs, 0, p)};
  for (std::size_t i = 1; i < costs.classes; ++i) {
    const double expected = expected_cost(costs, i, p);
    if (expected < best.expected_cost) best = {i, expected};
  }
  if (costs.abstain && *costs.abstain < best.expected_cost) best = {costs.classes, *costs.abstain};
  return best;
}

std::optional<BinaryThreshold> binary_threshold(const CostMatrix& costs) {
  check_costs(costs);
  require(costs.classes == 2, "binary_threshold", "costs", fmt::format("of two classes, got {}", costs.classes));
  const std::optional<double> between = threshold(costs);
  if (!between) return std::nullopt;
  BinaryThreshold result{*between, *between};
  if (!costs.abstain) return result;
  const double abstain = *costs.abstain;
  // The first class costs C_00 + q·(C_01 − C_00), abstaining is cheaper where that exceeds it; the second likewise.
  const double first_rise = costs.at(0, 1) - costs.at(0, 0), second_fall = costs.at(1, 0) - costs.at(1, 1);
  if (first_rise <= 0 || second_fall <= 0) return std::nullopt;
  const double low = (abstain - costs.at(0, 0)) / first_rise;
  const double high = 1 - (abstain - costs.at(1, 1)) / second_fall;
  const bool first_decided = *between > -kInfinity, second_decided = *between < kInfinity;
  if (first_decided && second_decided && low >= high) return result;  // abstaining never pays
  if (first_decided) result.first_up_to = low < 0 ? -kInfinity : low;
  if (second_decided) result.second_from = high > 1 ? kInfinity : high;
  return result;
}

RealisedCost realised_cost(const CostMatrix& costs, const DecidedRows& rows) {
  check_costs(costs);
  const std::size_t m = costs.classes;
  RealisedCost sum;
  std::vector<double> always(m, 0);
  double total = 0;
  for (std::size_t i = 0; i < rows.n; ++i) {
    const double s = rows.weight == nullptr ? 1 : rows.weight[i];
    const double* p = rows.p + i * m;
    const auto truth = static_cast<std::size_t>(rows.y[i]);
    const Decision decision = decide(costs, p);
    const auto top = static_cast<std::size_t>(std::max_element(p, p + m) - p);
    const bool abstains = decision.action == m;
    total += s;
    sum.decided += s * (abstains ? *costs.abstain : costs.at(decision.action, truth));
    sum.expected += s * decision.expected_cost;
    sum.most_probable += s * costs.at(top, truth);
    sum.abstained += abstains ? s : 0;
    for (std::size_t k = 0; k < m; ++k) always[k] += s * costs.at(k, truth);
  }
  const auto cheapest = std::min_element(always.begin(), always.end());
  sum.constant_class = static_cast<std::size_t>(cheapest - always.begin());
  sum.constant = *cheapest;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (double* figure : {&sum.decided, &sum.expected, &sum.most_probable, &sum.constant, &sum.abstained})
    *figure = total > 0 ? *figure / total : kNone;
  return sum;
}

void check_costs(const CostMatrix& costs) {
  require(costs.classes >= 2 && costs.cost.size() == costs.classes * costs.classes, "check_costs", "costs",
          fmt::format("m rows and columns for two classes or more, got {} cells for {} classes", costs.cost.size(),
                      costs.classes));
  const bool finite = std::all_of(costs.cost.begin(), costs.cost.end(), [](double c) { return std::isfinite(c); });
  require(finite && std::isfinite(costs.abstain.value_or(0)), "check_costs", "costs", "finite throughout");
}

}  // namespace plumbline
