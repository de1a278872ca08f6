// The ECE family, Brier parts and limits of proportions against brute force.
#include "plumbline/calibration/reliability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "calibration/measured_outputs.hpp"
#include "plumbline/calibration/brier_parts.hpp"

namespace plumbline {
namespace {

using testing::DrawnEvents;

/// Rounding of sums of a few thousand terms of size 1.
constexpr double kRounding = 1e-12;

/// (lo, hi] by comparing with every edge.
double ece_by_edges(const DrawnEvents& rows, std::size_t bins) {
  double error = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    const double low = static_cast<double>(b) / static_cast<double>(bins);
    const double high = static_cast<double>(b + 1) / static_cast<double>(bins);
    double gap = 0;
    for (std::size_t i = 0; i < rows.p.size(); ++i) {
      const bool within = (rows.p[i] > low || b == 0) && rows.p[i] <= high;
      if (within) gap += rows.happened[i] - rows.p[i];
    }
    error += std::fabs(gap);
  }
  return error / static_cast<double>(rows.p.size());
}

/// Parts as numpy.array_split cuts them: sizes ⌈n/B⌉ for the first n mod B, then ⌊n/B⌋.
std::vector<std::vector<std::size_t>> parts_of(const DrawnEvents& rows, std::size_t bins) {
  std::vector<std::size_t> order(rows.p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows.p[a] < rows.p[b]; });
  std::vector<std::vector<std::size_t>> parts(bins);
  std::size_t next = 0;
  for (std::size_t b = 0; b < bins; ++b) {
    const std::size_t size = order.size() / bins + (b < order.size() % bins ? 1 : 0);
    for (std::size_t i = 0; i < size; ++i) parts[b].push_back(order[next++]);
  }
  return parts;
}

TEST(Reliability, EqualWidthErrorIsTheSumOverIntervalsClosedAbove) {
  for (const std::size_t bins : {1U, 7U, 15U, 100U}) {
    // 1/levels is a multiple of the edges for some of these: values lie on edges.
    for (const std::uint64_t levels : {0U, 15U, 100U}) {
      const DrawnEvents rows(3001, 1.6, 5, levels);
      EXPECT_NEAR(expected_error(equal_width_bins(rows.sorted(), bins)), ece_by_edges(rows, bins), kRounding);
    }
  }
}

TEST(Reliability, AnEdgeBelongsToTheBinBelowAndZeroToTheFirst) {
  EXPECT_EQ(equal_width_bin(0, 15), 0U);
  EXPECT_EQ(equal_width_bin(1, 15), 14U);
  for (std::size_t bins = 1; bins < 200; ++bins) {
    for (std::size_t b = 0; b < bins; ++b) {
      const double edge = static_cast<double>(b + 1) / static_cast<double>(bins);
      EXPECT_EQ(equal_width_bin(edge, bins), b) << bins;
      if (b + 1 < bins) {
        EXPECT_EQ(equal_width_bin(std::nextafter(edge, 2), bins), b + 1) << bins;
      }
    }
  }
}

TEST(Reliability, EqualMassErrorsAreThoseOfTheSplitOfTheSortedRows) {
  for (const std::size_t n : {4U, 15U, 1000U, 1007U}) {
    const DrawnEvents rows(n, 0.5, 9, 50);  // with many ties
    constexpr std::size_t kBins = 15;
    double plain = 0, square = 0;
    for (const auto& part : parts_of(rows, kBins)) {
      if (part.empty()) continue;
      const double size = static_cast<double>(part.size());
      double p = 0, y = 0;
      for (const std::size_t i : part) {
        p += rows.p[i] / size;
        y += rows.happened[i] / size;
      }
      plain += size / static_cast<double>(n) * std::fabs(p - y);
      if (part.size() > 1) square += size / static_cast<double>(n) * ((p - y) * (p - y) - y * (1 - y) / (size - 1));
    }
    const Bins bins = equal_mass_bins(rows.sorted(), kBins);
    EXPECT_NEAR(expected_error(bins), plain, kRounding) << n;
    // Under a root of what may cancel to 0: rounding of 1e-16 becomes 1e-8.
    EXPECT_NEAR(debiased_error(bins), std::sqrt(std::fmax(square, 0)), 1e-8) << n;
  }
}

TEST(Reliability, AWeightOfTwoIsTheRowTwice) {
  DrawnEvents rows(800, 1.4, 3, 40);
  rows.weigh(3);
  const Events weighted = rows.sorted(), repeated = rows.repeated().sorted();
  ASSERT_EQ(weighted.total, static_cast<double>(repeated.size()));
  const Bins a = equal_mass_bins(weighted, 15), b = equal_mass_bins(repeated, 15);
  for (std::size_t k = 0; k < a.size(); ++k) {
    EXPECT_EQ(a[k].weight, b[k].weight);
    EXPECT_NEAR(a[k].probability, b[k].probability, kRounding * 100);
  }
  EXPECT_NEAR(expected_error(equal_width_bins(weighted, 15)), expected_error(equal_width_bins(repeated, 15)),
              kRounding);
  EXPECT_NEAR(debiased_absolute_error(a), debiased_absolute_error(b), kRounding);
}

TEST(Reliability, DebiasingTakesOffWhatChanceAddsToCalibratedRows) {
  // Calibrated by construction: the plug-in error of 15 bins of 133 rows is some 0.03, and truly 0.
  double plain = 0, absolute = 0, square = 0;
  constexpr int kDraws = 200;
  for (int seed = 0; seed < kDraws; ++seed) {
    const Bins bins = equal_mass_bins(DrawnEvents(2000, 1, static_cast<std::uint64_t>(seed) + 50).sorted(), 15);
    plain += expected_error(bins) / kDraws;
    absolute += debiased_absolute_error(bins) / kDraws;
    const double root = debiased_error(bins);
    square += root * root / kDraws;
  }
  EXPECT_GT(plain, 0.02);
  EXPECT_LT(absolute, 0.7 * plain);  // Kumar et al. call it a heuristic: it takes off a part
  // The mean of a square cut off at 0: about 0.4 standard deviations, √(2/15)·E of one bin (0.17/133) = 4.7e-4.
  EXPECT_LT(square, 4.7e-4);
}

TEST(Reliability, FoldedNormalMeanIsThatOfDraws) {
  // One bin of 100 rows, 30 of them right at a confidence of 0.31: |Z| by the midpoint rule over ±10 deviations.
  const Bins bins{{100, 31, 30}};
  const double sd = std::sqrt(0.3 * 0.7 / 100), mean = -0.01;
  double sum = 0;
  constexpr int kSteps = 200000;
  for (int i = 0; i < kSteps; ++i) {
    const double z = -10 + 20 * (i + 0.5) / kSteps;
    sum += std::fabs(mean + sd * z) * std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846) * 20 / kSteps;
  }
  EXPECT_NEAR(debiased_absolute_error(bins), 2 * 0.01 - sum, 1e-9);  // the kink costs the rule h² = 1e-8 · sd
}

// R: binom.test(k, n)$conf.int
TEST(Reliability, ClopperPearsonGivesThePublishedLimits) {
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).lower, 0.1870860284474, 1e-12);
  EXPECT_NEAR(clopper_pearson(5, 10, 0.95).upper, 0.8129139715526, 1e-12);
  EXPECT_EQ(clopper_pearson(0, 10, 0.95).lower, 0);
  EXPECT_NEAR(clopper_pearson(0, 10, 0.95).upper, 1 - std::pow(0.025, 0.1), 1e-14);
  EXPECT_NEAR(clopper_pearson(10, 10, 0.95).lower, std::pow(0.025, 0.1), 1e-14);
  EXPECT_EQ(clopper_pearson(10, 10, 0.95).upper, 1);
  EXPECT_EQ(clopper_pearson(0, 0, 0.95).lower, 0);
  EXPECT_EQ(clopper_pearson(0, 0, 0.95).upper, 1);
}

TEST(Reliability, BrierPartsAddUpToTheScoreForAnyBins) {
  for (const std::size_t bins : {1U, 10U, 333U}) {
    DrawnEvents rows(700, 1.5, 21);
    rows.weigh(21);
    double score = 0, total = 0;
    for (std::size_t i = 0; i < rows.p.size(); ++i) {
      score += rows.weight[i] * (rows.p[i] - rows.happened[i]) * (rows.p[i] - rows.happened[i]);
      total += rows.weight[i];
    }
    const BrierParts parts = brier_parts(moment_bins(rows.sorted(), bins));
    EXPECT_NEAR(parts.brier(), score / total, kRounding);
    EXPECT_GE(parts.reliability, 0);
    EXPECT_LE(parts.resolution, parts.uncertainty + kRounding);
    if (bins == 1) {
      EXPECT_NEAR(parts.resolution, 0, kRounding);
    }
  }
}

TEST(Reliability, BrokenContractsAreRefused) {
  const DrawnEvents rows(10, 1, 1);
  EXPECT_THROW(equal_width_bins(rows.sorted(), 0), std::invalid_argument);
  EXPECT_THROW(equal_mass_bins(rows.sorted(), 0), std::invalid_argument);
  EXPECT_THROW(clopper_pearson(3, 2, 0.95), std::invalid_argument);
  EXPECT_THROW(clopper_pearson(1, 2, 1), std::invalid_argument);
  const double bad[] = {0.5, 1.5};
  const std::uint8_t happened[] = {0, 1};
  EXPECT_THROW(sorted_events({bad, happened, nullptr, 2}), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
