#include "plumbline/decision/cost_matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

double draw(std::uint64_t stream, std::size_t i) { return random_unit(5, stream, i); }

/// Costs with some negative, some equal.
CostMatrix random_costs(std::size_t m, std::uint64_t seed) {
  CostMatrix costs;
  costs.classes = m;
  for (std::size_t c = 0; c < m * m; ++c) costs.cost.push_back(std::floor(8 * draw(seed, c)) - 2);
  if (seed % 2 == 0) costs.abstain = 2 * draw(seed, 1000);
  return costs;
}

std::vector<double> random_simplex(std::size_t m, std::uint64_t seed) {
  std::vector<double> p;
  double sum = 0;
  for (std::size_t k = 0; k < m; ++k) {
    p.push_back(-std::log(1 - draw(seed, 2000 + k)));
    sum += p.back();
  }
  for (double& each : p) each /= sum;
  return p;
}

TEST(Decide, IsTheCheapestOfAllActions) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const std::size_t m = 2 + seed % 5;
    const CostMatrix costs = random_costs(m, seed);
    const std::vector<double> p = random_simplex(m, seed);
    const Decision decision = decide(costs, p.data());
    std::vector<double> expected(m, 0);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < m; ++j) expected[i] += costs.cost[i * m + j] * p[j];
    }
    if (costs.abstain) expected.push_back(*costs.abstain);
    const auto first = std::min_element(expected.begin(), expected.end());  // the first of equals
    EXPECT_EQ(decision.action, static_cast<std::size_t>(first - expected.begin()));
    EXPECT_EQ(decision.expected_cost, *first);
  }
}

TEST(Decide, WithZeroOneCostsIsTheMostProbableClass) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::vector<double> p = random_simplex(4, seed);
    const Decision decision = decide(zero_one_costs(4), p.data());
    EXPECT_EQ(decision.action, static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin()));
    EXPECT_NEAR(decision.expected_cost, 1 - p[decision.action], 1e-15);
  }
}

TEST(Decide, TiesGoToTheFirstAndToAClassBeforeAbstaining) {
  CostMatrix costs = zero_one_costs(3);
  const std::vector<double> p{0.25, 0.5, 0.25};
  costs.abstain = 0.5;
  EXPECT_EQ(decide(costs, p.data()).action, 1U);
  costs.abstain = 0.49;
  EXPECT_EQ(decide(costs, p.data()).action, 3U);
  const std::vector<double> even{0.25, 0.25, 0.5};
  costs = {3, {0, 1, 0, 0, 1, 0, 0, 1, 0}, {}};
  EXPECT_EQ(decide(costs, even.data()).action, 0U);
}

/// The decision by the bounds.
std::size_t by_threshold(const BinaryThreshold& threshold, bool abstention, double q) {
  if (q <= threshold.first_up_to) return 0;
  const bool second = abstention && threshold.second_from != threshold.first_up_to ? q >= threshold.second_from
                                                                                   : q > threshold.second_from;
  return second ? 1 : 2;
}

TEST(BinaryThreshold, IsWhereTheDecisionChanges) {
  std::size_t thresholds = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const CostMatrix costs = random_costs(2, seed);
    const std::optional<BinaryThreshold> threshold = binary_threshold(costs);
    if (!threshold) continue;
    ++thresholds;
    for (int step = 0; step <= 1000; ++step) {
      // Off the thresholds of small whole numbers by an irrational bit, where rounding would decide.
      const double q = std::clamp(step / 1000.0 + 1e-7 * std::sqrt(2.0), 0.0, 1.0);
      const double p[2] = {1 - q, q};
      EXPECT_EQ(decide(costs, p).action, by_threshold(*threshold, costs.abstain.has_value(), q))
          << seed << " at " << q << ": " << threshold->first_up_to << ", " << threshold->second_from;
    }
  }
  EXPECT_GT(thresholds, 200U);
}

TEST(BinaryThreshold, HasItsClosedForm) {
  // A false alarm costs 1, a miss 9: decide for the second class from one in ten.
  const CostMatrix costs{2, {0, 9, 1, 0}, {}};
  EXPECT_DOUBLE_EQ(binary_threshold(costs)->second_from, 0.1);
  EXPECT_EQ(binary_threshold(costs)->first_up_to, binary_threshold(costs)->second_from);
  // Chow's rule: abstain where the most probable class has less than 1 − cost.
  CostMatrix chow = zero_one_costs(2);
  chow.abstain = 0.2;
  EXPECT_DOUBLE_EQ(binary_threshold(chow)->first_up_to, 0.2);
  EXPECT_DOUBLE_EQ(binary_threshold(chow)->second_from, 0.8);
  // The second class is never worth it.
  EXPECT_EQ(binary_threshold(CostMatrix{2, {0, 1, 1, 2}, {}})->second_from, kInfinity);
  // To be wrong is cheaper than to be right.
  EXPECT_FALSE(binary_threshold(CostMatrix{2, {1, 0, 0, 1}, {}}));
  EXPECT_THROW((void)binary_threshold(zero_one_costs(3)), std::invalid_argument);
}

TEST(RealisedCost, IsTheMeanOverTheRows) {
  const std::size_t n = 300, m = 3;
  CostMatrix costs{m, {0, 4, 2, 1, 0, 6, 3, 1, -1}, 0.7};
  std::vector<double> p, y, weight;
  for (std::size_t i = 0; i < n; ++i) {
    const std::vector<double> row = random_simplex(m, 7000 + i);
    p.insert(p.end(), row.begin(), row.end());
    y.push_back(std::floor(3 * draw(9, i)));
    weight.push_back(static_cast<double>(i % 4));
  }
  const RealisedCost cost = realised_cost(costs, {p.data(), y.data(), weight.data(), n});
  // Rows repeated as often as their weight says, one by one.
  double decided = 0, expected = 0, likely = 0, abstained = 0, rows = 0;
  double always[3] = {0, 0, 0};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t times = 0; times < i % 4; ++times) {
      const Decision decision = decide(costs, p.data() + m * i);
      const auto truth = static_cast<std::size_t>(y[i]);
      decided += decision.action == m ? 0.7 : costs.at(decision.action, truth);
      abstained += decision.action == m ? 1 : 0;
      expected += decision.expected_cost;
      const double* row = p.data() + m * i;
      likely += costs.at(static_cast<std::size_t>(std::max_element(row, row + m) - row), truth);
      for (std::size_t k = 0; k < m; ++k) always[k] += costs.at(k, truth);
      ++rows;
    }
  }
  EXPECT_NEAR(cost.decided, decided / rows, 1e-13);  // sums of some hundred terms of size 1 in another order
  EXPECT_NEAR(cost.expected, expected / rows, 1e-13);
  EXPECT_NEAR(cost.most_probable, likely / rows, 1e-13);
  EXPECT_NEAR(cost.abstained, abstained / rows, 1e-13);
  EXPECT_GT(cost.abstained, 0.1);
  const auto cheapest = std::min_element(always, always + 3);
  EXPECT_EQ(cost.constant_class, static_cast<std::size_t>(cheapest - always));
  EXPECT_NEAR(cost.constant, *cheapest / rows, 1e-13);
  EXPECT_TRUE(std::isnan(realised_cost(costs, {nullptr, nullptr, nullptr, 0}).decided));
}

TEST(RealisedCost, RelabellingChangesNothing) {
  const CostMatrix costs{3, {0, 4, 2, 1, 0, 6, 3, 1, 0}, {}};
  const std::size_t to[3] = {2, 0, 1};
  CostMatrix other = costs;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) other.cost[to[i] * 3 + to[j]] = costs.at(i, j);
  }
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<double> p = random_simplex(3, seed);
    std::vector<double> q(3);
    for (std::size_t k = 0; k < 3; ++k) q[to[k]] = p[k];
    EXPECT_EQ(decide(other, q.data()).action, to[decide(costs, p.data()).action]);
  }
}

TEST(Costs, MustBeFiniteAndSquare) {
  EXPECT_THROW(check_costs({2, {0, 1, 1}, {}}), std::invalid_argument);
  EXPECT_THROW(check_costs({1, {0}, {}}), std::invalid_argument);
  EXPECT_THROW(check_costs({2, {0, kInfinity, 1, 0}, {}}), std::invalid_argument);
  EXPECT_THROW(check_costs({2, {0, 1, 1, 0}, std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
