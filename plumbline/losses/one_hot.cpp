#include <algorithm>

#include "plumbline/losses/class_losses.hpp"

namespace plumbline {

void OneHotSquaredLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  for (std::size_t i = 0; i < rows; ++i) {
    const auto truth = static_cast<std::size_t>(y[i]);
    double value = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const double e = eta[i * classes + k] - (k == truth ? 1 : 0);
      value += 0.5 * e * e;
      if (out.gradient != nullptr) out.gradient[i * classes + k] = e;
      if (out.curvature != nullptr) out.curvature[k * rows + i] = 1;
    }
    if (out.value != nullptr) out.value[i] = value;
  }
}

void OneHotSquaredLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

}  // namespace plumbline
