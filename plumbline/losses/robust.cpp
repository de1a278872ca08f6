// Losses of numbers that grow more slowly than the square.

#include <algorithm>
#include <cmath>

#include "plumbline/losses/regression_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

/// factor·(a − b), also where a − b alone exceeds the largest double.
double times_difference(double factor, double a, double b) {
  const double difference = a - b;
  return std::isinf(difference) ? factor * (0.5 * a - 0.5 * b) * 2 : factor * difference;
}

}  // namespace

void AbsoluteLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_rows(y, eta, rows, out, [](double truth, double predictor) {
    const double e = predictor - truth;
    return RowLoss{std::fabs(e), static_cast<double>((e > 0) - (e < 0)), 0};
  });
}

void AbsoluteLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

void QuantileLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_rows(y, eta, rows, out, [q = quantile](double truth, double predictor) {
    const double e = truth - predictor;
    if (e == 0) return RowLoss{};
    const double slope = e > 0 ? -q : 1 - q;
    return RowLoss{times_difference(-slope, truth, predictor), slope, 0};
  });
}

void QuantileLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

void HuberLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_rows(y, eta, rows, out, [d = delta](double truth, double predictor) {
    const double e = predictor - truth;
    if (std::fabs(e) <= d) return RowLoss{0.5 * e * e, e, 1};
    const double slope = std::copysign(d, e);
    if (std::isinf(e)) return RowLoss{times_difference(slope, predictor, truth), slope, 0};
    return RowLoss{d * (std::fabs(e) - 0.5 * d), slope, 0};
  });
}

void HuberLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

}  // namespace plumbline
