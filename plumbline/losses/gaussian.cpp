#include <algorithm>
#include <cmath>
#include <numbers>

#include "plumbline/losses/regression_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

const double kHalfLogTwoPi = 0.5 * std::log(2 * std::numbers::pi);

/// a − b as half·2, where the difference itself may exceed the largest double.
struct Difference {
  Difference(double a, double b) : size(a - b) {
    if (!std::isinf(size)) return;
    size = 0.5 * a - 0.5 * b;
    factor = 2;
  }
  double size = 0, factor = 1;
};

/// e·exp(−v), which is infinite or 0 only where it must be: exp(−v/4), exact but for its own rounding, four times over.
double scaled(const Difference& e, double v) {
  constexpr double kBeyond = 2840;  // exp(v/4) is a double, and all of exp(v) outweighs any e
  if (e.size == 0) return 0;
  const double quarter = std::exp(-std::clamp(v, -kBeyond, kBeyond) / 4);
  return e.size * quarter * quarter * quarter * quarter * e.factor;
}

}  // namespace

void GaussianLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  const double constant = std::log(sigma) + kHalfLogTwoPi;
  evaluate_rows(y, eta, rows, out, [&](double truth, double predictor) {
    const Difference e(predictor, truth);
    const double z = e.size / sigma * e.factor;
    return RowLoss{constant + 0.5 * z * z, z / sigma, 1 / sigma / sigma};
  });
}

void GaussianLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1 / sigma / sigma);
}

void HeteroscedasticLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  for (std::size_t i = 0; i < rows; ++i) {
    const Difference e(eta[2 * i], y[i]);
    const double v = eta[2 * i + 1], z = scaled(e, v / 2);
    if (out.value != nullptr) out.value[i] = 0.5 * v + kHalfLogTwoPi + 0.5 * z * z;
    if (out.gradient != nullptr) {
      out.gradient[2 * i] = scaled(e, v);
      out.gradient[2 * i + 1] = 0.5 * (1 - z) * (1 + z);
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
