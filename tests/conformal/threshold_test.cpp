// Ranks and thresholds against whole numbers and against sorting.
#include "plumbline/conformal/threshold.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

// α = a/1000 as its decimal is written: the rank in whole numbers is ⌈(n+1)(1000−a)/1000⌉.
TEST(ConformalRank, IsExactForEveryDecimal) {
  for (std::uint64_t a = 1; a < 1000; ++a) {
    const double miscoverage = static_cast<double>(a) / 1000;  // the double nearest to the decimal
    for (std::uint64_t n = 0; n < 120; ++n) {
      const std::uint64_t product = (n + 1) * (1000 - a);
      ASSERT_EQ(conformal_rank(n, miscoverage), (product + 999) / 1000) << a << " " << n;
    }
    const std::uint64_t large = 9'007'199'254'739;  // (n+1)·1000 fits 64 bits
    ASSERT_EQ(conformal_rank(large, miscoverage), ((large + 1) * (1000 - a) + 999) / 1000) << a;
  }
}

// What doubles would get wrong: the product is whole, but is computed above it.
TEST(ConformalRank, DoesNotGiveARankAway) {
  std::size_t wrong_in_doubles = 0;
  for (const double a : {0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45}) {
    for (std::uint64_t n = 1; n < 5000; ++n) {
      const double naive = std::ceil(static_cast<double>(n + 1) * (1 - a));
      if (naive != static_cast<double>(conformal_rank(n, a))) ++wrong_in_doubles;
    }
  }
  EXPECT_GT(wrong_in_doubles, 0U);
  EXPECT_EQ(conformal_rank(9, 0.1), 9U);
  EXPECT_EQ(conformal_rank(99, 0.01), 99U);
  EXPECT_EQ(conformal_rank(19, 0.05), 19U);
}

TEST(ConformalRank, TakesAnyAlphaBetweenZeroAndOne) {
  EXPECT_EQ(conformal_rank(1000, 1e-300), 1001U);
  EXPECT_EQ(conformal_rank(1000, 1e-30), 1001U);
  EXPECT_EQ(conformal_rank(1000, 5e-324), 1001U);
  EXPECT_EQ(conformal_rank(1000, 1 - 0x1.0p-53), 1U);
  EXPECT_EQ(conformal_rank(0, 0.5), 1U);
  for (const double a : {0.0, 1.0, -0.1, 1.5, std::nan("")}) EXPECT_THROW(conformal_rank(5, a), std::invalid_argument);
}

TEST(ConformalRank, SaysHowManyRowsItNeeds) {
  EXPECT_EQ(least_calibration_rows(0.1), 9U);
  EXPECT_EQ(least_calibration_rows(0.05), 19U);
  EXPECT_EQ(least_calibration_rows(0.01), 99U);
  EXPECT_EQ(least_calibration_rows(0.3), 3U);
  EXPECT_EQ(least_calibration_rows(0.5), 1U);
  EXPECT_EQ(least_calibration_rows(0.9), 1U);
  for (const double a : {0.0007, 0.013, 0.33, 0.6}) {
    const std::uint64_t least = least_calibration_rows(a);
    EXPECT_LE(conformal_rank(least, a), least);
    EXPECT_GT(conformal_rank(least - 1, a), least - 1);
  }
}

TEST(ConformalThreshold, IsThatOrderStatisticAtEveryTinyN) {
  Draws draws(1);
  for (std::size_t n = 0; n <= 40; ++n) {
    std::vector<double> score;
    for (std::size_t i = 0; i < n; ++i) score.push_back(std::floor(draws.unit() * 10));  // with ties
    std::vector<double> sorted = score;
    std::sort(sorted.begin(), sorted.end());
    for (const double a : {0.01, 0.05, 0.1, 0.25, 0.5, 0.9}) {
      const Threshold got = conformal_threshold({score.data(), nullptr, nullptr, n}, a);
      const std::uint64_t rank = conformal_rank(n, a);
      EXPECT_EQ(got.value, rank > n ? kInfinity : sorted[rank - 1]) << n << " " << a;
      EXPECT_EQ(got.weight, static_cast<double>(n));
      EXPECT_EQ(got.tie, 1);
    }
  }
}

TEST(ConformalThreshold, AWeightOfTwoIsTheRowTwice) {
  Draws draws(2);
  std::vector<double> score, weight, repeated;
  for (std::size_t i = 0; i < 60; ++i) {
    score.push_back(std::floor(draws.unit() * 30));
    weight.push_back(static_cast<double>(draws.below(4)));
    repeated.insert(repeated.end(), static_cast<std::size_t>(weight[i]), score[i]);
  }
  for (const double a : {0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.95}) {
    const Threshold weighted = conformal_threshold({score.data(), nullptr, weight.data(), 60}, a);
    const Threshold written_out = conformal_threshold({repeated.data(), nullptr, nullptr, repeated.size()}, a);
    EXPECT_EQ(weighted.value, written_out.value) << a;
    EXPECT_EQ(weighted.weight, written_out.weight);
  }
}

TEST(ConformalThreshold, FractionsOfRowsAddUp) {
  const std::vector<double> score{3, 1, 2}, weight{0.5, 4.25, 4.5};  // Σs = 9.25, (Σs+1)·0.8 = 8.2
  EXPECT_EQ(conformal_threshold({score.data(), nullptr, weight.data(), 3}, 0.2).value, 2);
  EXPECT_EQ(conformal_threshold({score.data(), nullptr, weight.data(), 3}, 0.1).value, 3);  // 9.225
  EXPECT_EQ(conformal_threshold({score.data(), nullptr, weight.data(), 3}, 0.05).value, kInfinity);
}

TEST(ConformalThreshold, DrawsBreakTies) {
  const std::vector<double> score{1, 0, 1, 1, 1}, draw{0.7, 0.9, 0.2, 0.4, 0.1};
  const Threshold got = conformal_threshold({score.data(), draw.data(), nullptr, 5}, 0.5);  // the third: (1, 0.2)
  EXPECT_EQ(got.value, 1);
  EXPECT_EQ(got.tie, 0.2);
}

TEST(ConformalThreshold, ReadsNanAsTheMostSurprising) {
  const std::vector<double> score{std::nan(""), 1, 2};
  EXPECT_EQ(conformal_threshold({score.data(), nullptr, nullptr, 3}, 0.5).value, 2);
  EXPECT_EQ(conformal_threshold({score.data(), nullptr, nullptr, 3}, 0.25).value, kInfinity);
}

}  // namespace
}  // namespace plumbline::testing
