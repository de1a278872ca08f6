#include <algorithm>
#include <cmath>
#include <numbers>

#include "plumbline/losses/regression_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

const double kHalfLogTwoPi = 0.5 * std::log(2 * std::numbers::pi);

/// e·exp(−v) without an overflow on the way.
double scaled(double e, double v) {
  if (e == 0) return 0;
  if (std::fabs(v) < 700) return e * std::exp(-v);
  return std::copysign(std::exp(std::log(std::fabs(e)) - v), e);
}

}  // namespace

void GaussianLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  const double constant = std::log(sigma) + kHalfLogTwoPi;
  evaluate_rows(y, eta, rows, out, [&](double truth, double predictor) {
    const double z = (predictor - truth) / sigma;
    return RowLoss{constant + 0.5 * z * z, z / sigma, 1 / (sigma * sigma)};
  });
}

void GaussianLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1 / (sigma * sigma));
}

void HeteroscedasticLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  for (std::size_t i = 0; i < rows; ++i) {
    const double e = eta[2 * i] - y[i], v = eta[2 * i + 1];
    const double z = scaled(e, v / 2);
    if (out.value != nullptr) out.value[i] = 0.5 * v + kHalfLogTwoPi + 0.5 * z * z;
    if (out.gradient != nullptr) {
      out.gradient[2 * i] = scaled(e, v);
      out.gradient[2 * i + 1] = 0.5 - 0.5 * z * z;
    }
    if (out.curvature == nullptr) continue;
    out.curvature[i] = std::exp(-v);
    out.curvature[rows + i] = -scaled(e, v);
    out.curvature[2 * rows + i] = 0.5 * z * z;
  }
}

/// The expected curvature: exp(−v) of the mean, ½ of v.
void HeteroscedasticLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  for (std::size_t i = 0; i < rows; ++i) mean[i] = 0.5 * (std::min(std::exp(-eta[2 * i + 1]), 1e100) + 0.5);
}

}  // namespace plumbline
