// SmoothECE by Fourier transform against the reflected kernel summed row by row.
#include "plumbline/calibration/smooth_error.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "calibration/measured_outputs.hpp"

namespace plumbline {
namespace {

using testing::DrawnEvents;

/// ∫ |Σ r_i K(t, p_i)| dt by the midpoint rule, K with its images at ±p + 2k.
double by_images(const DrawnEvents& rows, double sigma) {
  constexpr int kSteps = kSmoothCells, kImages = 6;
  double integral = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double t = (step + 0.5) / kSteps;
    double sum = 0;
    for (std::size_t i = 0; i < rows.p.size(); ++i) {
      double kernel = 0;
      for (int image = -kImages; image <= kImages; ++image) {
        for (const double p : {rows.p[i], -rows.p[i]}) {
          const double z = (t - p - 2 * image) / sigma;
          kernel += std::exp(-z * z / 2);
        }
      }
      sum += (rows.happened[i] - rows.p[i]) * kernel;
    }
    integral += std::fabs(sum) / kSteps;
  }
  return integral / (sigma * std::sqrt(2 * 3.14159265358979323846) * static_cast<double>(rows.p.size()));
}

// Rows in the middles of cells are where the grid puts them: what differs is rounding.
TEST(SmoothError, IsTheReflectedKernelSum) {
  DrawnEvents rows(60, 2, 4, kSmoothCells);
  for (double& p : rows.p) p += 0.5 / kSmoothCells;
  for (const double sigma : {0.02, 0.1, 0.7}) {
    EXPECT_NEAR(smooth_error_at(residual_grid(rows.sorted()), sigma), by_images(rows, sigma), 1e-12) << sigma;
  }
}

TEST(SmoothError, IsTheBandwidthThatEqualsItsError) {
  for (const double power : {0.5, 1.0, 3.0}) {
    const ResidualGrid grid = residual_grid(DrawnEvents(5000, power, 8).sorted());
    const double error = smooth_error(grid);
    EXPECT_NEAR(smooth_error_at(grid, error), error, 1e-9 * error + 1e-12);
  }
}

TEST(SmoothError, FallsInTheBandwidth) {
  const ResidualGrid grid = residual_grid(DrawnEvents(400, 1.3, 2).sorted());
  double last = 1;
  for (double sigma = 0.001; sigma < 2; sigma *= 1.5) {
    const double error = smooth_error_at(grid, sigma);
    EXPECT_LE(error, last + 1e-14);
    last = error;
  }
}

TEST(SmoothError, KnowsTheExtremes) {
  ResidualGrid grid(kSmoothCells);
  EXPECT_EQ(smooth_error(grid), 0);
  grid.back() = -0.4;  // sure of everything, wrong 40 % of the time: no smoothing cancels that
  EXPECT_NEAR(smooth_error(grid), 0.4, 1e-9);
  EXPECT_THROW(smooth_error_at(grid, 0), std::invalid_argument);
  EXPECT_EQ(residual_cell(0), 0U);
  EXPECT_EQ(residual_cell(1), kSmoothCells - 1);
}

}  // namespace
}  // namespace plumbline
