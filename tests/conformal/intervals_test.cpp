// Intervals of single rows and of many, against their definition.
#include "plumbline/conformal/intervals.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "plumbline/conformal/threshold.hpp"
#include "plumbline/core/constants.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

ConformalRule rule_with(ConformalMethod method, double threshold) {
  ConformalRule rule;
  rule.options.method = method;
  rule.threshold = {threshold};
  rule.tie = {1};
  rule.rows = {100};
  return rule;
}

TEST(IntervalNonconformity, IsTheFormula) {
  const std::vector<double> row{2, 3};
  EXPECT_EQ(interval_nonconformity(ConformalMethod::absolute, row.data(), -1.5), 3.5);
  EXPECT_DOUBLE_EQ(interval_nonconformity(ConformalMethod::scaled, row.data(), 4), 2 / std::exp(1.5));
  EXPECT_EQ(interval_nonconformity(ConformalMethod::cqr, row.data(), 4.5), 1.5);
  EXPECT_EQ(interval_nonconformity(ConformalMethod::cqr, row.data(), 1), 1);
  EXPECT_EQ(interval_nonconformity(ConformalMethod::cqr, row.data(), 2.25), -0.25);
  const std::vector<double> crossed{3, 2};
  EXPECT_EQ(interval_nonconformity(ConformalMethod::cqr, crossed.data(), 2.25), -0.25);
}

TEST(IntervalNonconformity, IsNeverNan) {
  const double huge = std::numeric_limits<double>::max();
  for (const double log_variance : {-huge, -2000.0, 0.0, 2000.0, huge}) {
    for (const double y : {-huge, -1.0, 0.0, 1.0, huge}) {
      const std::vector<double> row{0, log_variance};
      EXPECT_FALSE(std::isnan(interval_nonconformity(ConformalMethod::scaled, row.data(), y)));
      for (const double threshold : {0.0, 1.0, huge, kInfinity}) {
        const Interval interval = conformal_interval(rule_with(ConformalMethod::scaled, threshold), row.data());
        EXPECT_LE(interval.lower, 0);
        EXPECT_GE(interval.upper, 0);
      }
    }
  }
}

using Method = ConformalMethod;
class IntervalOf : public ::testing::TestWithParam<Method> {};

// The ends are the last doubles within: a y is covered exactly where its nonconformity is at most the threshold.
TEST_P(IntervalOf, HoldsExactlyWhatConforms) {
  Draws draws(21);
  for (std::size_t trial = 0; trial < 2000; ++trial) {
    const double scale = std::pow(10, std::floor(8 * draws.unit()) - 4);
    const std::vector<double> row{scale * draws.normal(), draws.normal()};
    const double y = row[0] + scale * draws.normal();
    const ConformalRule rule = rule_with(GetParam(), interval_nonconformity(GetParam(), row.data(), y));
    const Interval interval = conformal_interval(rule, row.data());
    EXPECT_TRUE(interval.holds(y)) << interval.lower << " " << y << " " << interval.upper;
    for (const double end : {interval.lower, interval.upper}) {
      EXPECT_LE(interval_nonconformity(GetParam(), row.data(), end), rule.threshold[0]);
    }
    const double beyond = std::nextafter(interval.upper, kInfinity), below = std::nextafter(interval.lower, -kInfinity);
    EXPECT_GT(interval_nonconformity(GetParam(), row.data(), beyond), rule.threshold[0]);
    EXPECT_GT(interval_nonconformity(GetParam(), row.data(), below), rule.threshold[0]);
  }
}

TEST_P(IntervalOf, ComesFromTheOrderStatistic) {
  Draws draws(22);
  std::vector<double> prediction, y, score;
  for (std::size_t i = 0; i < 150; ++i) {
    prediction.insert(prediction.end(), {draws.normal(), draws.normal()});
    y.push_back(draws.normal());
    score.push_back(interval_nonconformity(GetParam(), prediction.data() + 2 * i, y[i]));
  }
  ConformalOptions options;
  options.method = GetParam();
  options.miscoverage = 0.2;
  const ConformalRule rule = conformal_interval_rule({prediction.data(), 2, y.data(), nullptr, 150}, options);
  std::sort(score.begin(), score.end());
  EXPECT_EQ(rule.threshold[0], score[conformal_rank(150, 0.2) - 1]);
  const SetSummary own = summarise_intervals({prediction.data(), 2, y.data(), nullptr, 150}, rule);
  EXPECT_EQ(own.coverage, static_cast<double>(conformal_rank(150, 0.2)) / 150);  // no two scores are equal
}

INSTANTIATE_TEST_SUITE_P(All, IntervalOf, ::testing::Values(Method::absolute, Method::scaled, Method::cqr));

TEST(Intervals, AreCleanWhereArithmeticIs) {
  const std::vector<double> row{10, 12};
  Interval interval = conformal_interval(rule_with(Method::absolute, 2), row.data());
  EXPECT_EQ(interval.lower, 8);
  EXPECT_EQ(interval.upper, 12);
  interval = conformal_interval(rule_with(Method::cqr, 0.5), row.data());
  EXPECT_EQ(interval.lower, 9.5);
  EXPECT_EQ(interval.upper, 12.5);
}

TEST(Intervals, TooFewRowsGiveTheWholeLine) {
  const std::vector<double> prediction{1, 2}, y{3, 4};
  const ConformalRule rule = conformal_interval_rule({prediction.data(), 1, y.data(), nullptr, 2}, {Method::absolute});
  const Interval interval = conformal_interval(rule, prediction.data());
  EXPECT_EQ(interval.lower, -kInfinity);
  EXPECT_EQ(interval.upper, kInfinity);
}

TEST(Intervals, OfQuantilesMayBeEaten) {
  const std::vector<double> row{0, 2};
  ConformalRule rule = rule_with(Method::cqr, -1.5);
  Interval interval = conformal_interval(rule, row.data());
  EXPECT_EQ(interval.lower, 1);
  EXPECT_EQ(interval.upper, 1);
  rule.options.allow_empty = true;
  interval = conformal_interval(rule, row.data());
  EXPECT_TRUE(std::isnan(interval.lower) && std::isnan(interval.upper));
  EXPECT_EQ(interval.width(), 0);
  const SetSummary summary = summarise_intervals({interval, {0, 4}}, row.data(), nullptr);
  EXPECT_EQ(summary.coverage, 0.5);
  EXPECT_EQ(summary.empty, 0.5);
  EXPECT_EQ(summary.mean_size, 2);
}

TEST(Intervals, RefuseWhatMakesNoSense) {
  const std::vector<double> prediction{1}, y{3};
  const IntervalInputs rows{prediction.data(), 1, y.data(), nullptr, 1};
  EXPECT_THROW(conformal_interval_rule(rows, {Method::lac}), std::invalid_argument);
  EXPECT_THROW(conformal_interval_rule(rows, {Method::jackknife_plus}), std::invalid_argument);
  EXPECT_THROW(conformal_interval_rule(rows, {Method::scaled}), std::invalid_argument);
  ConformalOptions options{Method::absolute};
  options.randomized = true;
  EXPECT_THROW(conformal_interval_rule(rows, options), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
