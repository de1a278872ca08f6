#include <cmath>
#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/shares.hpp"

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

/// The smoothed target puts t_k = (1 − E)[k = y] + E/m on class k: Σ_k t_k (−log p_k), whose terms are all >= 0.
double smoothed_value(const SoftmaxLoss& loss, const Shares& shares, std::size_t truth) {
  const double share = loss.smoothing / static_cast<double>(loss.classes);
  double value = 0;
  for (std::size_t k = 0; k < loss.classes; ++k) {
    value += shares.surprise(k, share + (k == truth ? 1 - loss.smoothing : 0));
  }
  return value;
}

/// p − t, where the gradient is p − onehot so far.
void smooth_gradient(const SoftmaxLoss& loss, std::size_t truth, double* gradient) {
  const double share = loss.smoothing / static_cast<double>(loss.classes);
  for (std::size_t k = 0; k < loss.classes; ++k) gradient[k] += (k == truth ? loss.smoothing : 0) - share;
}

/// log Σ exp(eta) − eta_y loses digits where it is small beside what it is made of.
double value_of(const SoftmaxLoss& loss, const double* eta, const double* p, double log_normalizer, std::size_t truth) {
  constexpr double kTolerable = 32;
  if (loss.smoothing > 0) return smoothed_value(loss, Shares(eta, p, loss.classes), truth);
  const double value = log_normalizer - eta[truth];
  if (!(kTolerable * value < std::fabs(log_normalizer) + 1)) return value;
  return Shares(eta, p, loss.classes).surprise(truth);
}

}  // namespace

void SoftmaxLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  const std::size_t m = classes;
  std::vector<double> own(out.gradient == nullptr ? rows * m : 0);
  double* p = out.gradient == nullptr ? own.data() : out.gradient;
  softmax_rows(eta, rows, m, out.value, p);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto truth = static_cast<std::size_t>(y[i]);
    if (out.curvature != nullptr) softmax_curvature(p + i * m, m, i, rows, out.curvature);
    double others = 0;
    for (std::size_t k = 0; k < m; ++k) others += k == truth ? 0.0 : p[i * m + k];
    if (out.value != nullptr) {
      out.value[i] = value_of(*this, eta + i * m, p + i * m, out.value[i], truth);
    }
    if (out.gradient == nullptr) continue;
    p[i * m + truth] = -others;
    if (smoothing > 0) smooth_gradient(*this, truth, p + i * m);
  }
}

void SoftmaxLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  std::vector<double> p(classes);
  for (std::size_t i = 0; i < rows; ++i) {
    softmax_rows(eta + i * classes, 1, classes, nullptr, p.data());
    const Shares shares(eta + i * classes, p.data(), classes);
    double trace = 0;
    for (std::size_t k = 0; k < classes; ++k) trace += p[k] * shares.complement(k);
    mean[i] = trace / static_cast<double>(classes - 1);
  }
}

}  // namespace plumbline
