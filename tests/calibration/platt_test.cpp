#include <gtest/gtest.h>

#include "calibration/calibrator_support.hpp"

namespace plumbline {
namespace {

OutputRows binary_rows(std::size_t n) {
  return testing::drawn_rows(
      n, 2, 3, [](const std::vector<double>& z, std::size_t k) { return k == 0 ? 0.0 : 0.6 * (z[1] - z[0]) + 0.5; });
}

/// Log-odds of class k by the definition.
double odds_of(const OutputRows& rows, std::size_t i, std::size_t k) {
  double others = 0;
  for (std::size_t j = 0; j < rows.classes; ++j) others += j == k ? 0 : std::exp(rows.logits[i * rows.classes + j]);
  return rows.logits[i * rows.classes + k] - std::log(others);
}

/// Platt's objective for class k, from its formula.
double objective(const OutputRows& rows, std::size_t k, double slope, double offset) {
  double positive = 0, negative = 0, sum = 0;
  const auto weight = [&](std::size_t i) { return rows.weight.empty() ? 1 : rows.weight[i]; };
  for (std::size_t i = 0; i < rows.rows(); ++i) (rows.label[i] == k ? positive : negative) += weight(i);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double t = rows.label[i] == k ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
    const double eta = slope * odds_of(rows, i, k) + offset;
    sum += weight(i) * (t * std::log1p(std::exp(-eta)) + (1 - t) * std::log1p(std::exp(eta)));
  }
  return sum / (positive + negative);
}

void expect_least(const OutputRows& rows, std::size_t k, double slope, double offset) {
  constexpr double kStep = 1e-5;  // rounding 1e-16/h, third derivative h²
  const auto f = [&](double a, double b) { return objective(rows, k, slope + a, offset + b); };
  EXPECT_NEAR((f(kStep, 0) - f(-kStep, 0)) / (2 * kStep), 0, 2e-9);
  EXPECT_NEAR((f(0, kStep) - f(0, -kStep)) / (2 * kStep), 0, 2e-9);
}

TEST(Platt, IsWhereTheSmoothedLossIsLeast) {
  OutputRows rows = binary_rows(500);
  for (const bool weighted : {false, true}) {
    if (weighted) testing::weigh(rows);
    const Calibrator calibrator = fit_platt(rows.view()).calibrator;
    ASSERT_EQ(calibrator.scale.size(), 1U);
    expect_least(rows, 1, calibrator.scale[0], calibrator.offset[0]);
    // The map itself.
    const std::vector<double> p = testing::calibrated(calibrator, rows);
    for (std::size_t i = 0; i < 10; ++i) {
      const double eta = calibrator.scale[0] * odds_of(rows, i, 1) + calibrator.offset[0];
      EXPECT_NEAR(p[2 * i + 1], 1 / (1 + std::exp(-eta)), 1e-14);
      EXPECT_NEAR(p[2 * i], 1 / (1 + std::exp(eta)), 1e-14);
    }
  }
}

TEST(Platt, OfSeveralClassesIsEachAgainstTheRest) {
  const OutputRows rows = testing::scaled_rows(500, 4, 2, 0.5);
  const Calibrator calibrator = fit_platt(rows.view()).calibrator;
  ASSERT_EQ(calibrator.scale.size(), 4U);
  for (std::size_t k = 0; k < 4; ++k) expect_least(rows, k, calibrator.scale[k], calibrator.offset[k]);
  const std::vector<double> p = testing::calibrated(calibrator, rows);
  for (std::size_t i = 0; i < 20; ++i) {
    double share[4], sum = 0;
    for (std::size_t k = 0; k < 4; ++k)
      sum += share[k] = 1 / (1 + std::exp(-calibrator.scale[k] * odds_of(rows, i, k) - calibrator.offset[k]));
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(p[4 * i + k], share[k] / sum, 1e-13);
  }
}

TEST(Platt, IsFiniteWhateverTheRows) {
  OutputRows rows;
  rows.classes = 2;
  rows.logits = {0, -2, 0, -1, 0, 1, 0, 2};  // separated: the smoothed targets hold the slope
  rows.label = {0, 0, 1, 1};
  Calibrator calibrator = fit_platt(rows.view()).calibrator;
  EXPECT_GT(calibrator.scale[0], 0);
  EXPECT_LT(calibrator.scale[0], 10);
  expect_least(rows, 1, calibrator.scale[0], calibrator.offset[0]);
  rows.label = {1, 1, 1, 1};  // one class: log-odds of (n + 1)/(n + 2)
  calibrator = fit_platt(rows.view()).calibrator;
  EXPECT_NEAR(calibrator.scale[0], 0, 1e-9);
  EXPECT_NEAR(calibrator.offset[0], std::log(5), 1e-9);
  rows.logits = {1, 3, 2, 4, 0, 2, 5, 7};  // the same log-odds everywhere
  rows.label = {0, 1, 1, 1};
  calibrator = fit_platt(rows.view()).calibrator;
  EXPECT_EQ(calibrator.scale[0], 0);
  const double share = (3 * 4.0 / 5 + 1.0 / 3) / 4;
  EXPECT_NEAR(calibrator.offset[0], std::log(share / (1 - share)), 1e-14);
}

TEST(Platt, TakesAnyScaleOfLogits) {
  const OutputRows rows = binary_rows(200);
  const std::vector<double> expected = testing::calibrated(fit_platt(rows.view()).calibrator, rows);
  for (const double factor : {0x1p-300, 0x1p300}) {
    OutputRows scaled = rows;
    for (double& z : scaled.logits) z *= factor;
    testing::expect_near(testing::calibrated(fit_platt(scaled.view()).calibrator, scaled), expected, 1e-10);
  }
}

TEST(Platt, RelabellingChangesNothing) {
  testing::expect_relabelling_changes_nothing(CalibrationMethod::platt, testing::scaled_rows(500, 4, 3, 0.5), 1e-10);
  testing::expect_relabelling_changes_nothing(CalibrationMethod::platt, binary_rows(500), 1e-10);
}

}  // namespace
}  // namespace plumbline
