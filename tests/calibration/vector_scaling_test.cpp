#include <gtest/gtest.h>

#include <numeric>

#include "calibration/calibrator_support.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

/// Scale and offset per class that differ.
OutputRows skewed_rows(std::size_t n, std::size_t m) {
  return testing::drawn_rows(n, m, 2, [](const std::vector<double>& z, std::size_t k) {
    return (0.5 + 0.2 * static_cast<double>(k)) * z[k] + 0.4 * static_cast<double>(k);
  });
}

/// The objective of fit_vector_scaling, written down once more from its formula.
double objective(const OutputRows& rows, const std::vector<double>& scale, const std::vector<double>& offset,
                 double temperature) {
  const std::size_t m = rows.classes;
  double loss = 0, squares = 0, total = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* z = rows.logits.data() + i * m;
    const double mean = std::accumulate(z, z + m, 0.0) / static_cast<double>(m);
    const double s = rows.weight.empty() ? 1 : rows.weight[i];
    double sum = 0;
    for (std::size_t k = 0; k < m; ++k) {
      sum += std::exp(scale[k] * (z[k] - mean) + offset[k]);
      squares += s * (z[k] - mean) * (z[k] - mean);
    }
    const std::size_t y = rows.label[i];
    loss += s * (std::log(sum) - scale[y] * (z[y] - mean) - offset[y]);
    total += s;
  }
  double ridge = 0;
  for (std::size_t k = 0; k < m; ++k) {
    ridge += squares / total / static_cast<double>(m) * std::pow(scale[k] - 1 / temperature, 2);
    ridge += offset[k] * offset[k];
  }
  return loss / total + 0.5e-6 * ridge;
}

TEST(VectorScaling, IsWhereTheObjectiveIsLeast) {
  for (const std::size_t m : {std::size_t{2}, std::size_t{4}}) {
    OutputRows rows = skewed_rows(600, m);
    if (m == 4) testing::weigh(rows);
    const double temperature = fit_temperature(rows.view()).calibrator.temperature;
    const CalibratorFit fit = fit_vector_scaling(rows.view());
    EXPECT_TRUE(fit.notes.empty());
    const Calibrator& found = fit.calibrator;
    EXPECT_NEAR(std::accumulate(found.offset.begin(), found.offset.end(), 0.0), 0, 1e-14);
    const double best = objective(rows, found.scale, found.offset, temperature);
    for (std::size_t c = 0; c < 2 * m; ++c) {
      // The central difference of a convex function about its least is 0 to rounding (1e-16/h) and the third
      // derivative (h², below 1 here).
      constexpr double kStep = 1e-5;
      const auto moved = [&](double by) {
        std::vector<double> scale = found.scale, offset = found.offset;
        (c < m ? scale[c] : offset[c - m]) += by;
        return objective(rows, scale, offset, temperature);
      };
      EXPECT_NEAR((moved(kStep) - moved(-kStep)) / (2 * kStep), 0, 1e-9) << c;
      EXPECT_GE(moved(1e-3), best);
      EXPECT_GE(moved(-1e-3), best);
    }
  }
}

TEST(VectorScaling, DoesNotSeeAConstantAddedToARow) {
  const OutputRows rows = skewed_rows(300, 3);
  OutputRows shifted = rows;
  for (std::size_t c = 0; c < shifted.logits.size(); ++c) shifted.logits[c] += static_cast<double>(c / 3 % 16) - 8;
  testing::expect_near(fit_vector_scaling(rows.view()).calibrator.scale,
                       fit_vector_scaling(shifted.view()).calibrator.scale, 1e-9);
}

TEST(VectorScaling, AWeightOfTwoIsTheRowTwice) {
  OutputRows rows = skewed_rows(300, 3);
  testing::weigh(rows);
  const Calibrator once = fit_vector_scaling(rows.view()).calibrator;
  const Calibrator again = fit_vector_scaling(testing::repeated(rows).view()).calibrator;
  testing::expect_near(once.scale, again.scale, 1e-9);  // Newton's steps end where the loss's rounding does: √1e-16·…
  testing::expect_near(once.offset, again.offset, 1e-9);
}

TEST(VectorScaling, IsFiniteWhereTheRowsAreSeparated) {
  OutputRows rows = skewed_rows(60, 3);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* z = rows.logits.data() + i * 3;
    rows.label[i] = static_cast<std::uint32_t>(std::max_element(z, z + 3) - z);
  }
  const CalibratorFit fit = fit_vector_scaling(rows.view());
  EXPECT_EQ(fit.notes.size(), 1U);
  for (const double scale : fit.calibrator.scale) EXPECT_TRUE(std::isfinite(scale) && scale > 1);
  EXPECT_LT(testing::log_loss(fit.calibrator, rows), 1e-2);
}

TEST(VectorScaling, TakesAnyScaleOfLogits) {
  const OutputRows rows = skewed_rows(200, 3);
  const std::vector<double> expected = testing::calibrated(fit_vector_scaling(rows.view()).calibrator, rows);
  for (const double factor : {0x1p-300, 0x1p300}) {
    OutputRows scaled = rows;
    for (double& z : scaled.logits) z *= factor;
    testing::expect_near(testing::calibrated(fit_vector_scaling(scaled.view()).calibrator, scaled), expected, 1e-9);
  }
}

TEST(VectorScaling, TheSameBitsForAnyThreads) {
  const OutputRows rows = skewed_rows(20000, 3);
  const ThreadLimit one(1);
  const std::vector<double> expected = fit_vector_scaling(rows.view()).calibrator.scale;
  const ThreadLimit four(4);
  EXPECT_EQ(fit_vector_scaling(rows.view()).calibrator.scale, expected);
}

TEST(VectorScaling, RelabellingChangesNothing) {
  testing::expect_relabelling_changes_nothing(CalibrationMethod::vector, skewed_rows(500, 4), 1e-8);
  testing::expect_relabelling_changes_nothing(CalibrationMethod::vector, skewed_rows(500, 2), 1e-8);
}

}  // namespace
}  // namespace plumbline
