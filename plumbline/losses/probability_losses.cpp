// Losses of the probability of the true class that are not its −log: focal, Brier, squared error behind a sigmoid.

#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/shares.hpp"
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
  // q comes first: it is 0 long before −log q is infinite.
  const double bend = gamma * (s.q * s.surprise) * (gamma * s.q - s.r) + s.q * s.r * (2 * gamma + 1);
  return {down * s.surprise, -down * pull, down * bend};
}

/// r² and its derivatives in u.
RowLoss squared_at(double u) {
  const Side s = side_at(u);
  return {s.r * s.r, -2 * s.r * s.r * s.q, 2 * s.r * s.r * s.q * (2 * s.q - s.r)};
}

RowLoss times(double factor, const RowLoss& row) {
  return {factor * row.value, factor * row.slope, factor * row.curvature};
}

/// Softmax of a row, seen from the true class.
struct Outcome {
  Shares p;
  std::size_t truth = 0;

  /// p_k − [k = truth].
  double error(std::size_t k) const { return k == truth ? -p.complement(k) : p[k]; }
};

/// What a formula of one row writes to.
struct RowOutputs {
  double* value = nullptr;
  double* gradient = nullptr;   ///< (m)
  double* curvature = nullptr;  ///< pair by pair, `stride` apart
  std::size_t stride = 0;
};

struct TileShape {
  std::size_t rows = 0, outputs = 0;
};

/// Calls formula(Outcome, RowOutputs) for every row.
template <class Formula>
void evaluate_outcomes(const double* y, const double* eta, const TileShape& shape, const LossTile& out,
                       Formula formula) {
  const std::size_t m = shape.outputs;
  std::vector<double> p(m);
  for (std::size_t i = 0; i < shape.rows; ++i) {
    softmax_rows(eta + i * m, 1, m, nullptr, p.data());
    formula(Outcome{Shares({eta + i * m, p.data(), m}), static_cast<std::size_t>(y[i])},
            RowOutputs{out.value == nullptr ? nullptr : out.value + i,
                       out.gradient == nullptr ? nullptr : out.gradient + i * m,
                       out.curvature == nullptr ? nullptr : out.curvature + i, shape.rows});
  }
}

/// With dq/deta_k = q([k = y] − p_k): gradient G(p_k − [k = y]), G = r^γ(γ q (−log q)/r + 1); the curvature adds
/// −H (p_j − [j = y])(p_k − [k = y]), H = q dG/dq = γ q r^(γ − 1) (−log q − (γ − 1) q (−log q)/r − 2).
void focal_row(const Outcome& at, double gamma, const RowOutputs& out) {
  const double q = at.p[at.truth], r = at.p.complement(at.truth), down = std::pow(r, gamma);
  const double surprise = at.p.surprise(at.truth);
  if (out.value != nullptr) *out.value = down * surprise;
  const double pull = q > 0 && r > 0 ? q * surprise / r : q;  // 1 and 0 in the limits
  const double g = down * (gamma * pull + 1);
  for (std::size_t k = 0; out.gradient != nullptr && k < at.p.size(); ++k) out.gradient[k] = g * at.error(k);
  if (out.curvature == nullptr) return;
  const double h_times_r = q > 0 && r > 0 ? gamma * q * down * (surprise - (gamma - 1) * pull - 2) : 0;
  std::size_t block = 0;
  for (std::size_t j = 0; j < at.p.size(); ++j) {
    const double share = r > 0 ? at.error(j) / r : 0;  // H itself may exceed the largest double
    for (std::size_t k = j; k < at.p.size(); ++k, ++block) {
      const double spread = j == k ? at.p[j] * at.p.complement(j) : -at.p[j] * at.p[k];
      out.curvature[block * out.stride] = g * spread - h_times_r * share * at.error(k);
    }
  }
}

/// With e_k = p_k − [k = y]: e_j − e_k, by differences that do not cancel.
double error_difference(const Outcome& at, std::size_t j, std::size_t k) {
  if (j == at.truth) return -(at.p.complement(j) + at.p[k]);
  if (k == at.truth) return at.p[j] + at.p.complement(k);
  return at.p.difference(j, k);
}

/// 2 p_j (e_j − Σ_k p_k e_k) = 2 p_j Σ_k p_k (e_j − e_k).
void brier_gradient(const Outcome& at, double* gradient) {
  for (std::size_t j = 0; j < at.p.size(); ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < at.p.size(); ++k) sum += k == j ? 0 : at.p[k] * error_difference(at, j, k);
    gradient[j] = 2 * at.p[j] * sum;
  }
}

/// Off the diagonal −2 p_i p_j [e_i + p_i + e_j + p_j − Σ_k p_k (p_k + 2 e_k)]; rows of the curvature sum to 0. Beside
/// a true class with p = 1 − r nearly 1 the bracket is 2(r + p_j) − 3(r² + Σ_{k≠y} p_k²).
void brier_curvature(const Outcome& at, const RowOutputs& out) {
  const std::size_t m = at.p.size(), t = at.truth;
  const double r = at.p.complement(t);
  double total = 0, others2 = 0;
  for (std::size_t k = 0; k < m; ++k) {
    total += at.p[k] * (at.p[k] + 2 * at.error(k));
    others2 += k == t ? 0 : at.p[k] * at.p[k];
  }
  const auto bracket = [&](std::size_t i, std::size_t j) {
    if (r < 0.5 && (i == t || j == t)) return 2 * (r + at.p[i == t ? j : i]) - 3 * (r * r + others2);
    return at.error(i) + at.p[i] + at.error(j) + at.p[j] - total;
  };
  std::size_t block = 0;
  for (std::size_t i = 0; i < m; ++i) {
    double rest = 0;
    for (std::size_t j = 0; j < m; ++j) rest += j == i ? 0 : at.p[j] * bracket(i, j);
    out.curvature[block++ * out.stride] = 2 * at.p[i] * rest;
    for (std::size_t j = i + 1; j < m; ++j, ++block) {
      out.curvature[block * out.stride] = -2 * at.p[i] * at.p[j] * bracket(i, j);
    }
  }
}

void brier_row(const Outcome& at, const RowOutputs& out) {
  double value = 0;
  for (std::size_t k = 0; k < at.p.size(); ++k) value += at.error(k) * at.error(k);
  if (out.value != nullptr) *out.value = value;
  if (out.gradient != nullptr) brier_gradient(at, out.gradient);
  if (out.curvature != nullptr) brier_curvature(at, out);
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
  evaluate_outcomes(y, eta, {rows, classes}, out,
                    [&](const Outcome& at, const RowOutputs& to) { focal_row(at, gamma, to); });
}

void FocalLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  cross_entropy_curvature(eta, classes, rows, mean);
}

void BrierLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  if (classes == 1) return evaluate_sides(y, eta, rows, out, [](double u) { return times(2, squared_at(u)); });
  evaluate_outcomes(y, eta, {rows, classes}, out, brier_row);
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
