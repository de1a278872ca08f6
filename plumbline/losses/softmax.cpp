#include <array>
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
double smoothed_value(const SoftmaxLoss& loss, const Shares::Row& row, std::size_t truth) {
  const Shares shares(row);
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

/// −log(1 − r) = r + r²/2 + r³/3 + …, of which r <= 2^-7 leaves out 2^-52 or less of the whole.
double surprise_beside(double r) {
  if (r > 0x1p-7) return -std::log1p(-r);
  constexpr std::array<double, 6> kTerms{1.0 / 7, 1.0 / 6, 1.0 / 5, 1.0 / 4, 1.0 / 3, 1.0 / 2};
  double sum = 0;
  for (const double term : kTerms) sum = sum * r + term;
  return r + r * r * sum;
}

/// −log p of the truth. log Σ exp(eta) − eta_y loses digits where it is small beside what it is made of; `others` is
/// 1 − p.
double value_of(const Shares::Row& row, std::size_t truth, double log_normalizer, double others) {
  constexpr double kTolerable = 32;
  const double value = log_normalizer - row.eta[truth];
  if (!(kTolerable * value < std::fabs(log_normalizer) + 1)) return value;
  return others < 0.5 ? surprise_beside(others) : Shares(row).surprise(truth);
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
      const Shares::Row row{eta + i * m, p + i * m, m};
      out.value[i] = smoothing > 0 ? smoothed_value(*this, row, truth) : value_of(row, truth, out.value[i], others);
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
    const Shares shares({eta + i * classes, p.data(), classes});
    double trace = 0;
    for (std::size_t k = 0; k < classes; ++k) trace += p[k] * shares.complement(k);
    mean[i] = trace / static_cast<double>(classes - 1);
  }
}

}  // namespace plumbline
