#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"

namespace plumbline {

namespace {

/// p_a([a = b] − p_b) for a <= b, from p = probabilities of one row; 1 − p_a is taken from the others, so that it does
/// not cancel.
void softmax_curvature(const double* p, std::size_t m, std::size_t row, std::size_t rows, double* curvature) {
  std::size_t block = 0;
  double before = 0;
  for (std::size_t a = 0; a < m; ++a) {
    double after = 0;
    const std::size_t diagonal = block;
    ++block;
    for (std::size_t b = a + 1; b < m; ++b, ++block) {
      curvature[block * rows + row] = -p[a] * p[b];
      after += p[b];
    }
    curvature[diagonal * rows + row] = p[a] * (before + after);
    before += p[a];
  }
}

/// What the smoothed target adds to value (lse − eta_y so far) and gradient (p − onehot) of a row.
void smooth_target(const double* eta, const SoftmaxLoss& loss, std::size_t truth, double* value, double* gradient) {
  const double share = loss.smoothing / static_cast<double>(loss.classes);
  for (std::size_t k = 0; k < loss.classes; ++k) {
    if (value != nullptr) *value += share * (eta[truth] - eta[k]);
    if (gradient != nullptr) gradient[k] += (k == truth ? loss.smoothing : 0) - share;
  }
}

}  // namespace

void SoftmaxLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  const std::size_t m = classes;
  std::vector<double> own;
  double* p = out.gradient;
  if (p == nullptr && out.curvature != nullptr) {
    own.resize(rows * m);
    p = own.data();
  }
  softmax_rows(eta, rows, m, out.value, p);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t truth = static_cast<std::size_t>(y[i]);
    if (out.value != nullptr) out.value[i] -= eta[i * m + truth];
    if (out.curvature != nullptr) softmax_curvature(p + i * m, m, i, rows, out.curvature);
    if (out.gradient != nullptr) {
      double others = 0;
      for (std::size_t k = 0; k < m; ++k) others += k == truth ? 0.0 : p[i * m + k];
      p[i * m + truth] = -others;
    }
    if (smoothing == 0) continue;
    smooth_target(eta + i * m, *this, truth, out.value == nullptr ? nullptr : out.value + i,
                  out.gradient == nullptr ? nullptr : p + i * m);
  }
}

void SoftmaxLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  std::vector<double> p(classes);
  for (std::size_t i = 0; i < rows; ++i) {
    softmax_rows(eta + i * classes, 1, classes, nullptr, p.data());
    double trace = 0;
    for (const double share : p) trace += share * (1 - share);
    mean[i] = trace / static_cast<double>(classes - 1);
  }
}

}  // namespace plumbline
