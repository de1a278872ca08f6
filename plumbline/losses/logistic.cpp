#include <algorithm>
#include <array>
#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"

namespace plumbline {

namespace {

/// Towards the label that is not there, with share ε: (1 − ε) l(y) + ε l(1 − y). The curvature is the same.
void smooth_labels(const double* eta, const double* y, std::size_t cells, double epsilon, const LossTile& out,
                   std::size_t labels) {
  for (std::size_t c = 0; c < cells; ++c) {
    const double z = y[c] > 0.5 ? -eta[c] : eta[c];
    double wrong_loss = 0, right_loss = 0, wrong = 0, right = 0;
    softplus_and_sigmoid(&z, 1, &wrong_loss, &wrong, &right);
    const double other = -z;
    softplus_and_sigmoid(&other, 1, &right_loss, nullptr, nullptr);
    if (out.value != nullptr) out.value[c / labels] += epsilon * (right_loss - wrong_loss);
    const double slope = (1 - epsilon) * wrong - epsilon * right;
    if (out.gradient != nullptr) out.gradient[c] = y[c] > 0.5 ? -slope : slope;
  }
}

}  // namespace

void LogisticLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  // With z = eta for y = 0 and −eta for y = 1 the loss is softplus(z) and its slope in z is σ(z): nothing cancels.
  constexpr std::size_t kBatch = 512;
  std::array<double, kBatch> z, loss, wrong, right;
  const std::size_t cells = rows * labels;
  if (out.value != nullptr) std::fill_n(out.value, rows, 0.0);
  for (std::size_t begin = 0; begin < cells; begin += kBatch) {
    const std::size_t count = std::min(kBatch, cells - begin);
    for (std::size_t c = 0; c < count; ++c) z[c] = y[begin + c] > 0.5 ? -eta[begin + c] : eta[begin + c];
    softplus_and_sigmoid(z.data(), count, loss.data(), wrong.data(), right.data());
    for (std::size_t c = 0; c < count; ++c) {
      const std::size_t cell = begin + c;
      const std::size_t row = labels == 1 ? cell : cell / labels;
      if (out.value != nullptr) out.value[row] += loss[c];
      if (out.gradient != nullptr) out.gradient[cell] = y[cell] > 0.5 ? -wrong[c] : wrong[c];
      if (out.curvature != nullptr) out.curvature[(cell - row * labels) * rows + row] = wrong[c] * right[c];
    }
  }
  if (smoothing > 0) smooth_labels(eta, y, cells, smoothing / 2, out, labels);
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
