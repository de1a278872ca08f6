#include <algorithm>
#include <array>
#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"

namespace plumbline {

void LogisticLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  // With z = eta for y = 0 and −eta for y = 1 the loss is softplus(z) and its slope in z is σ(z): nothing cancels.
  constexpr std::size_t kBatch = 512;
  std::array<double, kBatch> z, loss, wrong, right;
  const std::size_t cells = rows * labels;
  const double epsilon = smoothing / 2;
  if (out.value != nullptr) std::fill_n(out.value, rows, 0.0);
  for (std::size_t begin = 0; begin < cells; begin += kBatch) {
    const std::size_t count = std::min(kBatch, cells - begin);
    for (std::size_t c = 0; c < count; ++c) z[c] = y[begin + c] > 0.5 ? -eta[begin + c] : eta[begin + c];
    softplus_and_sigmoid(z.data(), count, loss.data(), wrong.data(), right.data());
    // (1 − ε) softplus(z) + ε softplus(−z) = softplus(z) − ε z with slope σ(z) − ε; the curvature is the same.
    for (std::size_t c = 0; smoothing > 0 && c < count; ++c) loss[c] -= epsilon * z[c];
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t cell = begin + c;
      const std::size_t row = labels == 1 ? cell : cell / labels;
      if (out.value != nullptr) out.value[row] += loss[c];
      if (out.gradient != nullptr) out.gradient[cell] = y[cell] > 0.5 ? epsilon - wrong[c] : wrong[c] - epsilon;
      if (out.curvature != nullptr) out.curvature[(cell - row * labels) * rows + row] = wrong[c] * right[c];
    }
  }
}

void LogisticLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  std::vector<double> right(labels), wrong(labels);
  for (std::size_t i = 0; i < rows; ++i) {
    softplus_and_sigmoid(eta + i * labels, labels, nullptr, right.data(), wrong.data());
    mean[i] = 0;
    for (std::size_t k = 0; k < labels; ++k) mean[i] += right[k] * wrong[k] / static_cast<double>(labels);
  }
}

}  // namespace plumbline
