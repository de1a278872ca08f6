// Losses of numbers that grow more slowly than the square.

#include <algorithm>
#include <cmath>

#include "plumbline/losses/regression_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

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
    if (e > 0) return RowLoss{q * e, -q, 0};
    if (e < 0) return RowLoss{(q - 1) * e, 1 - q, 0};
    return RowLoss{};
  });
}

void QuantileLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

void HuberLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_rows(y, eta, rows, out, [d = delta](double truth, double predictor) {
    const double e = predictor - truth;
    if (std::fabs(e) <= d) return RowLoss{0.5 * e * e, e, 1};
    return RowLoss{d * (std::fabs(e) - 0.5 * d), std::copysign(d, e), 0};
  });
}

void HuberLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

}  // namespace plumbline
