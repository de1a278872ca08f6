// Losses of the probability of the true class that are not its −log: focal, Brier, squared error behind a sigmoid.

#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

/// At the margin u: q = σ(u), r = 1 − q = σ(−u), surprise = −log q, each to full relative accuracy.
struct Side {
  double q = 0, r = 0, surprise = 0;
};

Side side_at(double u) {
  Side side;
  const double z = -u;
  softplus_and_sigmoid(&z, 1, &side.surprise, &side.r, &side.q);
  return side;
}

/// r^γ·(−log q) and its derivatives in u, with dq/du = q r, dr/du = −q r, d(−log q)/du = −r.
RowLoss focal_at(double u, double gamma) {
  const Side s = side_at(u);
  const double down = std::pow(s.r, gamma);
  const double pull = gamma * s.q * s.surprise + s.r;
  const double bend = gamma * s.surprise * (gamma * s.q - s.r) + s.r * (2 * gamma + 1);
  return {down * s.surprise, -down * pull, down * s.q * bend};
}

/// r² and its derivatives in u.
RowLoss squared_at(double u) {
  const Side s = side_at(u);
  return {s.r * s.r, -2 * s.r * s.r * s.q, 2 * s.r * s.r * s.q * (2 * s.q - s.r)};
}

RowLoss times(double factor, const RowLoss& row) {
  return {factor * row.value, factor * row.slope, factor * row.curvature};
}

/// Softmax of a row of m predictors, seen from the true class.
struct Shares {
  const double* p = nullptr;
  std::size_t m = 0;
  std::size_t truth = 0;
  double r = 0;         ///< 1 − p of the truth, summed over the others
  double surprise = 0;  ///< −log p of the truth

  /// p_k − [k = truth].
  double error(std::size_t k) const { return k == truth ? -r : p[k]; }
};

/// What a formula of one row writes to.
struct RowOutputs {
  double* value = nullptr;
  double* gradient = nullptr;   ///< (m)
  double* curvature = nullptr;  ///< pair by pair, `stride` apart
  std::size_t stride = 0;
};

/// Calls formula(Shares, RowOutputs) for every row.
template <class Formula>
void evaluate_shares(const double* y, const double* eta, std::size_t m, std::size_t rows, const LossTile& out,
                     Formula formula) {
  std::vector<double> p(m);
  for (std::size_t i = 0; i < rows; ++i) {
    double normalizer = 0;
    softmax_rows(eta + i * m, 1, m, &normalizer, p.data());
    Shares shares{p.data(), m, static_cast<std::size_t>(y[i]), 0, 0};
    for (std::size_t k = 0; k < m; ++k) shares.r += k == shares.truth ? 0 : p[k];
    shares.surprise = normalizer - eta[i * m + shares.truth];
    if (shares.surprise < 1) shares.surprise = -std::log1p(-std::min(shares.r, 1.0));  // no cancellation near p = 1
    formula(shares, RowOutputs{out.value == nullptr ? nullptr : out.value + i,
                               out.gradient == nullptr ? nullptr : out.gradient + i * m,
                               out.curvature == nullptr ? nullptr : out.curvature + i, rows});
  }
}

/// With dq/deta_k = q([k = y] − p_k): gradient G(p_k − [k = y]), G = r^γ(γ q (−log q)/r + 1); the curvature adds
/// −H (p_j − [j = y])(p_k − [k = y]), H = q dG/dq.
void focal_row(const Shares& s, double gamma, const RowOutputs& out) {
  const double q = s.p[s.truth], down = std::pow(s.r, gamma);
  const double ratio = s.r > 0 ? s.surprise / s.r : 1;
  const double g = down * (gamma * q * ratio + 1);
  if (out.value != nullptr) *out.value = down * s.surprise;
  for (std::size_t k = 0; out.gradient != nullptr && k < s.m; ++k) out.gradient[k] = g * s.error(k);
  if (out.curvature == nullptr) return;
  const double h = s.r > 0 ? gamma * q * (down / s.r) * (s.surprise - (gamma - 1) * q * ratio - 2) : 0;
  std::size_t block = 0;
  for (std::size_t j = 0; j < s.m; ++j) {
    const double rest_j = j == s.truth ? s.r : 1 - s.p[j];
    for (std::size_t k = j; k < s.m; ++k, ++block) {
      const double spread = j == k ? s.p[j] * rest_j : -s.p[j] * s.p[k];
      out.curvature[block * out.stride] = g * spread - h * s.error(j) * s.error(k);
    }
  }
}

/// With e_k = p_k − [k = y] and S = Σ e_k p_k, T = Σ p_k (p_k + e_k): gradient 2 p_j (e_j − S); curvature
/// 2 p_j ([i = j] − p_i)(e_j + p_j − S) − 2 p_j p_i (p_i + e_i − T).
void brier_row(const Shares& s, const RowOutputs& out) {
  double value = 0, sum_s = 0, sum_t = 0;
  for (std::size_t k = 0; k < s.m; ++k) {
    value += s.error(k) * s.error(k);
    sum_s += s.error(k) * s.p[k];
    sum_t += s.p[k] * (s.p[k] + s.error(k));
  }
  if (out.value != nullptr) *out.value = value;
  if (out.gradient != nullptr) {
    double others = 0;
    for (std::size_t j = 0; j < s.m; ++j) {
      if (j == s.truth) continue;
      out.gradient[j] = 2 * s.p[j] * (s.error(j) - sum_s);
      others += out.gradient[j];
    }
    out.gradient[s.truth] = -others;
  }
  if (out.curvature == nullptr) return;
  std::size_t block = 0;
  for (std::size_t i = 0; i < s.m; ++i) {
    for (std::size_t j = i; j < s.m; ++j, ++block) {
      const double rest = i == j ? (i == s.truth ? s.r : 1 - s.p[i]) : -s.p[i];
      out.curvature[block * out.stride] =
          2 * s.p[j] * rest * (s.error(j) + s.p[j] - sum_s) - 2 * s.p[j] * s.p[i] * (s.p[i] + s.error(i) - sum_t);
    }
  }
}

/// That of cross-entropy: positive, and of the right size.
void cross_entropy_curvature(const double* eta, std::size_t m, std::size_t rows, double* mean) {
  if (m == 1) {
    LogisticLoss{1}.mean_curvature(eta, rows, mean);
  } else {
    SoftmaxLoss{m}.mean_curvature(eta, rows, mean);
  }
}

}  // namespace

void FocalLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  if (classes == 1) return evaluate_sides(y, eta, rows, out, [&](double u) { return focal_at(u, gamma); });
  evaluate_shares(y, eta, classes, rows, out,
                  [&](const Shares& shares, const RowOutputs& to) { focal_row(shares, gamma, to); });
}

void FocalLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  cross_entropy_curvature(eta, classes, rows, mean);
}

void BrierLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  if (classes == 1) return evaluate_sides(y, eta, rows, out, [](double u) { return times(2, squared_at(u)); });
  evaluate_shares(y, eta, classes, rows, out, brier_row);
}

void BrierLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  cross_entropy_curvature(eta, classes, rows, mean);
}

void SquaredOnSigmoidLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_sides(y, eta, rows, out, [](double u) { return times(0.5, squared_at(u)); });
}

void SquaredOnSigmoidLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  cross_entropy_curvature(eta, 1, rows, mean);
}

}  // namespace plumbline
