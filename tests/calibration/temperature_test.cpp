#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "calibration/calibrator_support.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

using testing::scaled_rows;

/// f(β) = mean log Σ exp(β z_k) − β z_y, in long double.
long double loss_at(const OutputRows& rows, long double beta) {
  long double sum = 0, weight = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* z = rows.logits.data() + i * rows.classes;
    const long double top = beta * static_cast<long double>(*std::max_element(z, z + rows.classes));
    long double normalizer = 0;
    for (std::size_t k = 0; k < rows.classes; ++k) normalizer += std::exp(beta * static_cast<long double>(z[k]) - top);
    const long double s = rows.weight.empty() ? 1 : rows.weight[i];
    sum += s * (top + std::log(normalizer) - beta * static_cast<long double>(z[rows.label[i]]));
    weight += s;
  }
  return sum / weight;
}

/// The least of a convex function by ternary search: good to about the root of long double's resolution.
long double best_beta(const OutputRows& rows) {
  long double low = 1e-6L, high = 50;
  for (int i = 0; i < 300; ++i) {
    const long double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (loss_at(rows, a) < loss_at(rows, b) ? high : low) = loss_at(rows, a) < loss_at(rows, b) ? b : a;
  }
  return low;
}

double fitted(const ClassOutputs& outputs) { return fit_temperature(outputs).calibrator.temperature; }

TEST(Temperature, IsWhereTheLossIsLeast) {
  for (const double beta : {0.2, 1.0, 3.0}) {
    for (const std::size_t m : {std::size_t{2}, std::size_t{5}}) {
      OutputRows rows = scaled_rows(700, m, 3, beta);
      if (m == 5) testing::weigh(rows);
      const CalibratorFit fit = fit_temperature(rows.view());
      // Ternary search resolves β to √(1e-19), the fit to rounding of its slope.
      EXPECT_NEAR(1 / fit.calibrator.temperature, static_cast<double>(best_beta(rows)), 2e-9 * (1 + beta));
      EXPECT_TRUE(fit.notes.empty());
      EXPECT_LT(fit.iterations, 15U);
    }
  }
}

TEST(Temperature, TakesAnyStorageAndKind) {
  const OutputRows rows = scaled_rows(500, 4, 2, 0.5);
  const double expected = fitted(rows.view());
  std::vector<float> logits(rows.logits.begin(), rows.logits.end());
  ClassOutputs outputs = rows.view();
  outputs.scores = {logits.data(), rows.rows(), 4, 4, Scalar::f32, 1.0};
  EXPECT_NEAR(fitted(outputs), expected, 1e-5 * expected);  // float's 6e-8 of each logit
  std::vector<double> p(rows.logits.size());
  Calibrator none;
  none.classes = 4;
  calibrated_probabilities(none, rows.logits.data(), rows.rows(), p.data(), nullptr);
  outputs.scores = {p.data(), rows.rows(), 4, 4, Scalar::f64, 1.0};
  outputs.kind = OutputKind::probabilities;
  EXPECT_NEAR(fitted(outputs), expected, 1e-11 * expected);
  // A stride wider than the row.
  std::vector<double> wide(rows.rows() * 6, 99);
  for (std::size_t c = 0; c < rows.logits.size(); ++c) wide[c / 4 * 6 + c % 4] = rows.logits[c];
  outputs = rows.view();
  outputs.scores = {wide.data(), rows.rows(), 4, 6, Scalar::f64, 1.0};
  EXPECT_EQ(fitted(outputs), expected);
}

TEST(Temperature, AWeightOfTwoIsTheRowTwice) {
  OutputRows rows = scaled_rows(400, 3, 3, 0.6);
  testing::weigh(rows);
  const double once = fitted(rows.view()), again = fitted(testing::repeated(rows).view());
  EXPECT_NEAR(once, again, 1e-12 * once);  // sums in another order
}

TEST(Temperature, LeavesTheOrderOfClassesAlone) {
  const OutputRows rows = scaled_rows(3000, 6, 4, 0.3);
  const std::vector<double> p = testing::calibrated(fit_temperature(rows.view()).calibrator, rows);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double *z = rows.logits.data() + i * 6, *q = p.data() + i * 6;
    EXPECT_EQ(std::max_element(z, z + 6) - z, std::max_element(q, q + 6) - q);
  }
}

TEST(Temperature, FollowsTheScaleOfTheLogits) {
  const OutputRows rows = scaled_rows(300, 3, 2, 0.7);
  const double expected = fitted(rows.view());
  for (const double factor : {0x1p-900, 0x1p-60, 0x1p60, 0x1p900}) {
    OutputRows scaled = rows;
    for (double& z : scaled.logits) z *= factor;
    EXPECT_NEAR(fitted(scaled.view()) / factor, expected, 1e-12 * expected);
  }
}

TEST(Temperature, IsFiniteWhereEveryRowIsRight) {
  OutputRows rows = scaled_rows(200, 3, 2, 1);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* z = rows.logits.data() + i * 3;
    rows.label[i] = static_cast<std::uint32_t>(std::max_element(z, z + 3) - z);
  }
  const CalibratorFit fit = fit_temperature(rows.view());
  ASSERT_EQ(fit.notes.size(), 1U);
  EXPECT_NE(fit.notes[0].find("true class on top"), std::string::npos);
  EXPECT_GT(fit.calibrator.temperature, 0);
  EXPECT_LT(fit.calibrator.temperature, 1);
  EXPECT_LT(testing::log_loss(fit.calibrator, rows), 0.1);
  // The smoothed objective is least there.
  const auto smoothed = [&](double temperature) {
    Calibrator calibrator = fit.calibrator;
    calibrator.temperature = temperature;
    std::vector<double> p(600), log_p(600);
    calibrated_probabilities(calibrator, rows.logits.data(), 200, p.data(), log_p.data());
    double sum = 0;
    for (std::size_t c = 0; c < 600; ++c) sum -= log_p[c] * (c % 3 == rows.label[c / 3] ? 201.0 / 202 : 0.5 / 202);
    return sum;
  };
  const double best = smoothed(fit.calibrator.temperature);
  EXPECT_LT(best, smoothed(fit.calibrator.temperature * 1.001));
  EXPECT_LT(best, smoothed(fit.calibrator.temperature / 1.001));
}

TEST(Temperature, IsFiniteWhereTheLogitsSayTheOpposite) {
  const CalibratorFit fit = fit_temperature(scaled_rows(300, 3, 2, -1).view());
  ASSERT_EQ(fit.notes.size(), 1U);
  EXPECT_NE(fit.notes[0].find("infinite"), std::string::npos);
  EXPECT_GT(fit.calibrator.temperature, 1000);
  EXPECT_TRUE(std::isfinite(fit.calibrator.temperature));
}

TEST(Temperature, IsOneWhereNothingVaries) {
  OutputRows rows;
  rows.classes = 2;
  rows.logits = {3, 3, -1, -1};
  rows.label = {0, 1};
  const CalibratorFit fit = fit_temperature(rows.view());
  EXPECT_EQ(fit.calibrator.temperature, 1);
  EXPECT_EQ(fit.notes.size(), 1U);
}

TEST(Temperature, TakesOneRowAndTheLargestNumbers) {
  constexpr double kMost = std::numeric_limits<double>::max();
  for (const std::uint32_t label : {0U, 1U}) {
    OutputRows rows;
    rows.classes = 2;
    rows.logits = {kMost, -kMost};
    rows.label = {label};
    const double temperature = fitted(rows.view());
    EXPECT_TRUE(temperature > 0 && std::isfinite(temperature)) << temperature;
  }
}

TEST(Temperature, TheSameBitsForAnyThreads) {
  const OutputRows rows = scaled_rows(20000, 3, 3, 0.6);
  std::vector<double> seen;
  for (const std::size_t threads : {1U, 2U, 5U}) {
    const ThreadLimit limit(threads);
    seen.push_back(fitted(rows.view()));
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

TEST(Temperature, RelabellingChangesNothing) {
  testing::expect_relabelling_changes_nothing(CalibrationMethod::temperature, scaled_rows(500, 4, 3, 0.5), 1e-13);
}

TEST(Temperature, RefusesBrokenContracts) {
  OutputRows rows = scaled_rows(5, 2, 1, 1);
  rows.label[3] = 2;
  EXPECT_THROW((void)fit_temperature(rows.view()), std::invalid_argument);
  rows.label[3] = 1;
  rows.weight = {0, 0, 0, 0, 0};
  EXPECT_THROW((void)fit_temperature(rows.view()), std::invalid_argument);
  rows.weight = {1, -1, 1, 1, 1};
  EXPECT_THROW((void)fit_temperature(rows.view()), std::invalid_argument);
  EXPECT_THROW((void)fit_temperature(OutputRows{2, {}, {}, {}}.view()), std::invalid_argument);
  EXPECT_THROW((void)fit_temperature(OutputRows{1, {1}, {0}, {}}.view()), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
