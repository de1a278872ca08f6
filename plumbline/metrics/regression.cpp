#include <algorithm>
#include <cmath>
#include <numbers>

#include "plumbline/metrics/metrics.hpp"
#include "plumbline/metrics/weighted.hpp"

namespace plumbline {
namespace {

struct ResidualSums {
  double weight = 0, target = 0, square = 0, absolute = 0;
};

ResidualSums sum_residuals(const double* y, const double* prediction, const double* weight, std::size_t n) {
  ResidualSums sums;
  for (std::size_t i = 0; i < n; ++i) {
    const double s = weight_of(weight, i);
    const double residual = y[i] - prediction[i];
    sums.weight += s;
    sums.target += s * y[i];
    sums.square += s * residual * residual;
    sums.absolute += s * std::fabs(residual);
  }
  return sums;
}

/// Σ s (y − mean)², and exactly 0 for a constant y, whose mean may be rounded.
double total_square(const double* y, const double* weight, std::size_t n, double mean) {
  double total = 0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (std::size_t i = 0; i < n; ++i) {
    const double s = weight_of(weight, i);
    if (s == 0) continue;
    lowest = std::min(lowest, y[i]);
    highest = std::max(highest, y[i]);
    total += s * (y[i] - mean) * (y[i] - mean);
  }
  return lowest < highest ? total : 0;
}

/// Σ s (−log σ − ½ log 2π) − Σ s r²/(2σ²).
double gaussian_log_likelihood(const ResidualSums& sums, double sigma) {
  if (!(sigma > 0) || !std::isfinite(sigma) || !(sums.weight > 0)) return std::numeric_limits<double>::quiet_NaN();
  const double constant = -std::log(sigma) - 0.5 * std::log(2 * std::numbers::pi);
  return sums.weight * constant - sums.square / sigma / sigma / 2;
}

}  // namespace

RegressionMetrics regression_metrics(const double* y, const double* prediction, const double* weight, std::size_t n,
                                     double sigma) {
  const ResidualSums sums = sum_residuals(y, prediction, weight, n);
  RegressionMetrics metrics;
  metrics.mse = share(sums.square, sums.weight);
  metrics.rmse = std::sqrt(metrics.mse);
  metrics.mae = share(sums.absolute, sums.weight);
  metrics.r2 = 1 - share(sums.square, total_square(y, weight, n, share(sums.target, sums.weight)));
  metrics.log_likelihood = gaussian_log_likelihood(sums, sigma);
  return metrics;
}

NamedFigures named(const RegressionMetrics& metrics) {
  return {{"mse", metrics.mse},
          {"rmse", metrics.rmse},
          {"mae", metrics.mae},
          {"r2", metrics.r2},
          {"log_likelihood", metrics.log_likelihood}};
}

}  // namespace plumbline
