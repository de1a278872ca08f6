// Resamples against the same measures of rows that weigh as often as they were drawn.
#include "plumbline/calibration/bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "calibration/measured_outputs.hpp"
#include "plumbline/calibration/measures.hpp"
#include "plumbline/calibration/resampling.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

using testing::DrawnEvents;
using testing::DrawnOutputs;

/// (lanes): how often each row of origin was drawn.
std::vector<std::vector<double>> counts_of(const Events& events, std::uint64_t seed, std::size_t lanes) {
  const Resampling resampling(events, seed, 0, lanes);
  std::vector<std::vector<double>> result(lanes, std::vector<double>(events.size()));
  std::vector<std::int32_t> counts;
  for (std::size_t b = 0; b < resampling.blocks(); ++b) {
    resampling.counts(b, counts);
    for (std::size_t i = 0; i < counts.size() / Resampling::kLanes; ++i) {
      const std::uint32_t row = events.row[b * Resampling::kBlockRows + i];
      for (std::size_t lane = 0; lane < lanes; ++lane) result[lane][row] = counts[i * Resampling::kLanes + lane];
    }
  }
  return result;
}

TEST(Bootstrap, EveryResampleIsTheMeasureOfRowsWithThoseWeights) {
  constexpr std::size_t kLanes = 9;
  const DrawnOutputs drawn(1300, 4, 6);
  const ClassOutputs outputs = drawn.view();
  const ProbabilityRows rows(outputs, nullptr);
  ProbabilityBlock block;
  rows.fill(0, 1300, nullptr, block);
  std::vector<double> confidence;
  std::vector<std::uint8_t> correct;
  for (std::size_t i = 0; i < 1300; ++i) {
    confidence.push_back(block.p[4 * i + block.top[i]]);
    correct.push_back(block.top[i] == drawn.label[i] ? 1 : 0);
  }
  const Events events = sorted_events({confidence.data(), correct.data(), nullptr, 1300});
  const auto figures = bootstrap_figures(events, &rows, {15, kLanes, 0.95, 77});
  const auto counts = counts_of(events, 77, kLanes);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    ClassOutputs weighted = drawn.view();
    weighted.weight = counts[lane].data();
    const CalibrationFigures expected = measure_classes(weighted, nullptr, {15, 0, 0.95, 0}).figures;
    for (const NamedFigure& figure : kCalibrationFigures) {
      // The smooth error of a resample is found to 1e-4, the others differ by rounding (1e-8 under a root).
      const bool smooth = std::string(figure.name) == "ece_smooth";
      EXPECT_NEAR(figures[lane].*figure.value, expected.*figure.value, smooth ? 1e-4 : 1e-8) << figure.name << lane;
    }
  }
}

TEST(Bootstrap, DrawsAreMultinomial) {
  constexpr std::size_t kLanes = 100, kRows = 1200;  // the last block is not whole
  DrawnEvents drawn(kRows, 1, 2);
  for (const bool weighted : {false, true}) {
    if (weighted) drawn.weigh(2);
    const Events events = drawn.sorted();
    double chi = 0, dispersion = 0, expected_rows = 0;
    std::vector<double> sum(kRows);
    for (const auto& counts : counts_of(events, 5, kLanes)) {
      double total = 0;
      for (std::size_t i = 0; i < kRows; ++i) {
        total += counts[i];
        sum[i] += counts[i];
        const double mean = weighted ? drawn.weight[i] : 1;
        if (mean > 0) dispersion += (counts[i] - mean) * (counts[i] - mean) / mean;
        if (mean == 0) {
          EXPECT_EQ(counts[i], 0);
        }
      }
      EXPECT_EQ(total, events.total);
    }
    for (std::size_t i = 0; i < kRows; ++i) {
      const double mean = kLanes * (weighted ? drawn.weight[i] : 1);
      if (mean == 0) continue;
      chi += (sum[i] - mean) * (sum[i] - mean) / mean;
      expected_rows += 1;
    }
    // χ² with that many degrees of freedom: 5 standard deviations are √(2·rows)·5.
    EXPECT_NEAR(chi, expected_rows, 5 * std::sqrt(2 * expected_rows));
    EXPECT_NEAR(dispersion / kLanes, expected_rows, 5 * std::sqrt(2 * expected_rows / kLanes));
  }
}

TEST(Bootstrap, IsTheSameForAnyThreadsAndNumberOfResamples) {
  const DrawnEvents drawn(2000, 1.5, 12);
  const Events events = drawn.sorted();
  std::vector<CalibrationFigures> first;
  {
    const ThreadLimit one(1);
    first = bootstrap_figures(events, nullptr, {15, 230, 0.95, 1});
  }
  const ThreadLimit three(3);
  const auto second = bootstrap_figures(events, nullptr, {15, 110, 0.95, 1});
  for (std::size_t r = 0; r < second.size(); ++r) {
    EXPECT_EQ(first[r].ece, second[r].ece);
    EXPECT_EQ(first[r].ece_equal_mass, second[r].ece_equal_mass);
    EXPECT_EQ(first[r].ece_smooth, second[r].ece_smooth);
  }
}

TEST(Bootstrap, IntervalsHoldTheFigureThatTheyAreOf) {
  // Calibrated events, where the plain errors are all bias.
  const Events events = DrawnEvents(900, 1, 41).sorted();
  const CalibrationFigures figures = measure_events(events, {}).figures;
  const BootstrapIntervals intervals = bootstrap_intervals(events, nullptr, figures, {15, 200, 0.95, 3});
  int checked = 0;
  for (const NamedFigure& figure : kCalibrationFigures) {
    const double value = figures.*figure.value;
    if (std::isnan(intervals.lower.*figure.value)) continue;  // of log loss and brier, which take the rows
    ++checked;
    EXPECT_LE(intervals.lower.*figure.value, value) << figure.name;
    EXPECT_GE(intervals.upper.*figure.value, value) << figure.name;
    EXPECT_GE(intervals.lower.*figure.value, 0) << figure.name;
  }
  EXPECT_EQ(checked, 7);
}

TEST(Bootstrap, IntervalsOfTheAccuracyHaveTheWidthOfTheBinomial) {
  const DrawnEvents drawn(4000, 1, 30);
  const Events events = drawn.sorted();
  const CalibrationFigures figures = measure_events(events, {}).figures;
  const BootstrapIntervals intervals = bootstrap_intervals(events, nullptr, figures, {15, 400, 0.95, 3});
  const double share = figures.accuracy;
  const double sd = std::sqrt(share * (1 - share) / 4000);
  // A quantile of 400 draws is uncertain by √(0.025 · 0.975/400)/0.058 = 13 % of a standard deviation; three of those.
  EXPECT_NEAR(intervals.lower.accuracy, share - 1.96 * sd, 0.4 * sd);
  EXPECT_NEAR(intervals.upper.accuracy, share + 1.96 * sd, 0.4 * sd);
  EXPECT_TRUE(std::isnan(bootstrap_intervals(events, nullptr, figures, {15, 0, 0.95, 3}).lower.ece));
}

}  // namespace
}  // namespace plumbline
