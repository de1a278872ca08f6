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

ResidualSums sum_residuals(const RegressionInput& input) {
  ResidualSums sums;
  for (std::size_t i = 0; i < input.n; ++i) {
    const double s = weight_of(input.weight, i);
    const double residual = input.y[i] - input.prediction[i];
    sums.weight += s;
    sums.target += s * input.y[i];
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

/// Σ s (−½ v − ½ log 2π − r²/(2 exp v)), v = log σ² of the row.
double gaussian_log_likelihood(const RegressionInput& input) {
  double sum = 0;
  for (std::size_t i = 0; i < input.n; ++i) {
    const double v = input.log_variance[i];
    const double scaled = (input.y[i] - input.prediction[i]) * std::exp(-v / 2);
    sum -= weight_of(input.weight, i) * (v + std::log(2 * std::numbers::pi) + scaled * scaled) / 2;
  }
  return input.n > 0 ? sum : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

RegressionMetrics regression_metrics(const RegressionInput& input) {
  const ResidualSums sums = sum_residuals(input);
  RegressionMetrics metrics;
  metrics.mse = share(sums.square, sums.weight);
  metrics.rmse = std::sqrt(metrics.mse);
  metrics.mae = share(sums.absolute, sums.weight);
  metrics.r2 = 1 - share(sums.square, total_square(input.y, input.weight, input.n, share(sums.target, sums.weight)));
  metrics.log_likelihood =
      input.log_variance != nullptr ? gaussian_log_likelihood(input) : gaussian_log_likelihood(sums, input.sigma);
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
