#include <algorithm>

#include "plumbline/losses/regression_losses.hpp"

namespace plumbline {

void SquaredLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  for (std::size_t i = 0; i < rows; ++i) {
    const double residual = eta[i] - y[i];
    if (out.value != nullptr) out.value[i] = 0.5 * residual * residual;
    if (out.gradient != nullptr) out.gradient[i] = residual;
    if (out.curvature != nullptr) out.curvature[i] = 1;
  }
}

void SquaredLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

}  // namespace plumbline
