#include "plumbline/calibration/isotonic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "calibration/calibrator_support.hpp"

namespace plumbline {
namespace {

struct Pooled {
  std::vector<double> score, mean, weight;
};

Pooled by_score(const std::vector<IsotonicPoint>& points) {
  std::map<double, std::pair<double, double>> sums;
  for (const IsotonicPoint& point : points) {
    if (point.weight == 0) continue;
    sums[point.score].first += point.weight * point.value;
    sums[point.score].second += point.weight;
  }
  Pooled pooled;
  for (const auto& [score, sum] : sums) {
    pooled.score.push_back(score);
    pooled.mean.push_back(sum.first / sum.second);
    pooled.weight.push_back(sum.second);
  }
  return pooled;
}

double mean_between(const Pooled& x, std::size_t first, std::size_t last) {
  double sum = 0, weight = 0;
  for (std::size_t i = first; i <= last; ++i) {
    sum += x.weight[i] * x.mean[i];
    weight += x.weight[i];
  }
  return sum / weight;
}

/// The solution of the quadratic program in closed form (Robertson, Wright and Dykstra 1988, the max-min formula):
/// f_i = max_{a <= i} min_{b >= i} mean(a … b). O(n³), shares nothing with pooling.
std::vector<double> max_min(const Pooled& x) {
  std::vector<double> value;
  for (std::size_t i = 0; i < x.score.size(); ++i) {
    double most = -1e300;
    for (std::size_t a = 0; a <= i; ++a) {
      double least = 1e300;
      for (std::size_t b = i; b < x.score.size(); ++b) least = std::min(least, mean_between(x, a, b));
      most = std::max(most, least);
    }
    value.push_back(most);
  }
  return value;
}

double at(const IsotonicMap& map, double score) {
  for (std::size_t i = 0; i < map.score.size(); ++i) {
    if (map.score[i] == score) return map.value[i];
    if (map.score[i] > score) return map.value[i];  // within a block both ends have one value
  }
  return map.value.back();
}

TEST(IsotonicRegression, IsTheMaxMinFormula) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    std::vector<IsotonicPoint> points;
    const std::size_t n = 1 + seed % 40;
    for (std::size_t i = 0; i < n; ++i) {
      IsotonicPoint point;
      point.score = std::floor(8 * testing::draw(seed, 3 * i)) / (seed % 2 == 0 ? 1 : 1e200);  // with ties
      point.value = seed % 3 == 0 ? testing::draw(seed, 3 * i + 1) : (testing::draw(seed, 3 * i + 1) > 0 ? 1 : 0);
      point.weight = seed % 5 == 0 ? std::floor(2 + 2 * testing::draw(seed, 3 * i + 2)) : 1;
      points.push_back(point);
    }
    points[0].weight = 1;
    const Pooled pooled = by_score(points);
    const std::vector<double> expected = max_min(pooled);
    const IsotonicMap map = isotonic_regression(points);
    ASSERT_TRUE(std::is_sorted(map.value.begin(), map.value.end()));
    for (std::size_t i = 1; i < map.score.size(); ++i) ASSERT_LT(map.score[i - 1], map.score[i]);
    // Sums of at most 40 numbers of size 1 in another order.
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(at(map, pooled.score[i]), expected[i], 1e-14);
  }
}

TEST(IsotonicRegression, DoesNotDependOnTheOrderOfRows) {
  std::vector<IsotonicPoint> points;
  for (std::size_t i = 0; i < 50; ++i) points.push_back({std::floor(6 * testing::draw(1, i)), testing::draw(2, i), 1});
  const IsotonicMap map = isotonic_regression(points);
  std::reverse(points.begin(), points.end());
  const IsotonicMap again = isotonic_regression(points);
  EXPECT_EQ(map.score, again.score);
  EXPECT_EQ(map.value, again.value);
  EXPECT_THROW((void)isotonic_regression({{1, 1, 0}}), std::invalid_argument);
}

TEST(Isotonic, HasFiniteLogarithmsWhereBlocksAreAllRight) {
  OutputRows rows;
  rows.classes = 2;
  for (std::size_t i = 0; i < 10; ++i) {
    rows.logits.insert(rows.logits.end(), {0, static_cast<double>(i) - 4.5});
    rows.label.push_back(i < 5 ? 0 : 1);
  }
  const Calibrator calibrator = fit_isotonic(rows.view()).calibrator;
  ASSERT_EQ(calibrator.isotonic.size(), 1U);
  EXPECT_EQ(calibrator.isotonic[0].value.front(), 1.0 / 12);
  EXPECT_EQ(calibrator.isotonic[0].value.back(), 1 - 1.0 / 12);
  const std::vector<double> p = testing::calibrated(calibrator, rows);
  EXPECT_NEAR(p[0], 11.0 / 12, 1e-15);
  EXPECT_NEAR(p[19], 11.0 / 12, 1e-15);
  // Between the blocks linear: half way at log-odds 0.
  const std::vector<double> z{0, 0};
  std::vector<double> middle(2);
  calibrated_probabilities(calibrator, z.data(), 1, middle.data(), nullptr);
  EXPECT_NEAR(middle[1], 0.5, 1e-15);
}

TEST(Isotonic, OfSeveralClassesIsEachAgainstTheRest) {
  const OutputRows rows = testing::scaled_rows(400, 3, 2, 0.5);
  const Calibrator calibrator = fit_isotonic(rows.view()).calibrator;
  const std::vector<double> p = testing::calibrated(calibrator, rows);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* z = rows.logits.data() + i * 3;
    double value[3], sum = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      double others = 0;
      for (std::size_t j = 0; j < 3; ++j) others += j == k ? 0 : std::exp(z[j]);
      // Every row is a knot or lies between two knots of one value, to the rounding of its log-odds.
      const double odds = z[k] - std::log(others);
      const IsotonicMap& map = calibrator.isotonic[k];
      const auto above = std::lower_bound(map.score.begin(), map.score.end(), odds - 1e-12);
      value[k] = map.value[static_cast<std::size_t>(above - map.score.begin())];
      sum += value[k];
    }
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(p[i * 3 + k], value[k] / sum, 1e-9);
  }
}

TEST(Isotonic, AWeightOfTwoIsTheRowTwice) {
  OutputRows rows = testing::scaled_rows(300, 3, 3, 0.6);
  testing::weigh(rows);
  const Calibrator once = fit_isotonic(rows.view()).calibrator;
  const Calibrator again = fit_isotonic(testing::repeated(rows).view()).calibrator;
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_EQ(once.isotonic[k].score, again.isotonic[k].score);
    testing::expect_near(once.isotonic[k].value, again.isotonic[k].value, 1e-15);
  }
}

TEST(Isotonic, RelabellingChangesNothing) {
  testing::expect_relabelling_changes_nothing(CalibrationMethod::isotonic, testing::scaled_rows(500, 4, 3, 0.5), 1e-12);
  testing::expect_relabelling_changes_nothing(CalibrationMethod::isotonic, testing::scaled_rows(500, 2, 3, 0.5), 1e-12);
}

}  // namespace
}  // namespace plumbline
