#include "plumbline/objective/certificate.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/linalg/block_cholesky.hpp"

namespace plumbline {

namespace {

/// f(w) − min f = [f(w) − f(w')] + [f(w') − min f], w' = w with the intercepts at their minimum. The gradient that
/// bounds the second part must be taken at w': at w it may be smaller.
double strong_convexity_gap(EmpiricalRisk& risk, const Vector& w, const Vector& gradient, double value) {
  if (risk.l2() == 0) return kInfinity;
  if (!risk.coordinates().intercept) return risk.cheap_gap(w, gradient);
  const Vector settled = risk.minimise_intercept(w);
  if (settled == w) return risk.cheap_gap(w, gradient) + risk.intercept_gap(w);
  Vector settled_gradient;
  const double settled_value = risk.value_gradient(settled, settled_gradient);
  const double by_intercept = risk.intercept_gap(w);
  const double bound =
      (std::isfinite(by_intercept) ? by_intercept : value - settled_value) + risk.cheap_gap(settled, settled_gradient);
  // Where the intercept could not be settled (a class of no weight) the bound says nothing.
  return risk.intercept_gap(settled) <= std::max(ulp(value), 1e-3 * bound) ? bound : kInfinity;
}

/// Calls visit(block, eta of the block) for the cached predictors.
template <class Visit>
void for_predictors(EmpiricalRisk& risk, const double* eta, Visit visit) {
  risk.source().rewind();
  for (RowBlock block; risk.source().next(block);) visit(block, eta + block.first_row * risk.outputs());
}

bool counts(const RowBlock& rows, std::size_t i) { return rows.row_weight == nullptr || rows.row_weight[i] > 0; }

/// An upper bound c >= 1 of |l‴|/l″ wherever no predictor has moved by more than 1 from where it is at w (one output).
///
/// logit: l‴/l″ = 1 − 2p, so 1.
///
/// probit, with u the margin, λ = φ(u)/Φ(u): l″ = λ(λ + u) and ρ = l‴/l″ = 1/(λ + u) − (2λ + u), and |ρ| <= 1 +
/// max(u, 0). For u = −t <= 0: ρ <= 0, since the hazard λ is convex in t (Sampford 1953), and with Birnbaum's bound
/// κ = λ − t <= (s − t)/2, s = √(t² + 4), −ρ = 2κ + t − 1/κ <= (s − t) + t − (s + t)/2 = (s − t)/2 <= 1. For u > 0:
/// −ρ <= 1 + u means 2λ − 1 <= 1/(λ + u), where λ <= 0.8: the left side is positive for u < 0.52 only, where the right
/// side is at least 1/1.32 > 0.6. ρ <= 1 + u because λ + u grows from 0.797 on: ρ <= 1/0.797 − 0.797 < 1.
///
/// cloglog: 1 for y = 0. For y = 1, μ = exp(eta): ρ = 1 + A − B with A = μ²e^μ/(μe^μ − e^μ + 1), B = 2μe^μ/(e^μ − 1),
/// and |ρ| <= 1 + μ. A <= B is 0 <= μe^μ + μ − 2e^μ + 2, which is 0 at 0 and has the derivative μe^μ − e^μ + 1 >= 0;
/// and B = 2μ + 2μ/(e^μ − 1) <= 2μ + 2 <= 2 + μ + A, as A >= μ is e^μ >= 1.
double curvature_growth(EmpiricalRisk& risk, const Vector& w) {
  const bool probit = std::holds_alternative<ProbitLoss>(risk.loss());
  if (!probit && !std::holds_alternative<CloglogLoss>(risk.loss())) return 1;
  double largest = -kInfinity;
  for_predictors(risk, risk.predictors(w), [&](const RowBlock& rows, const double* eta) {
    for (std::size_t i = 0; i < rows.rows; ++i) {
      if (!counts(rows, i)) continue;
      const bool event = rows.target[i] > 0.5;
      if (probit) largest = std::max(largest, event ? eta[i] : -eta[i]);
      if (!probit && event) largest = std::max(largest, eta[i]);
    }
  });
  return probit ? 2 + std::max(largest, 0.0) : 1 + std::exp(largest + 1);
}

/// Whether every row of weight is on the same piece of the loss, the same parabola or straight line, at both tables of
/// predictors: f is then quadratic on the way from one to the other.
bool on_same_pieces(EmpiricalRisk& risk, const std::vector<double>& from, const double* to) {
  bool same = true;
  std::vector<double> before, after, slope_before, slope_after;
  for_predictors(risk, to, [&](const RowBlock& rows, const double* eta) {
    for (std::vector<double>* each : {&before, &after, &slope_before, &slope_after}) each->resize(rows.rows);
    evaluate(risk.loss(), rows.target, from.data() + rows.first_row, rows.rows,
             {nullptr, slope_before.data(), before.data()});
    evaluate(risk.loss(), rows.target, eta, rows.rows, {nullptr, slope_after.data(), after.data()});
    for (std::size_t i = 0; i < rows.rows; ++i) {
      if (!counts(rows, i)) continue;
      same = same && before[i] == after[i] && (before[i] > 0 || slope_before[i] == slope_after[i]);
    }
  });
  return same;
}

/// Where w − H⁻¹g lies on the same pieces as w, it is a minimiser, and the gap is ½gᵀH⁻¹g exactly.
double piecewise_gap(EmpiricalRisk& risk, const Vector& w) {
  Vector gradient;
  BlockHessian hessian;
  risk.value_gradient_hessian(w, gradient, hessian);
  const BlockCholesky factor(hessian.blocks);
  if (!factor.finite() || factor.shift() > 0) return kInfinity;
  const Vector step = factor.solve(gradient);
  const double* eta = risk.predictors(w);
  const std::vector<double> at_w(eta, eta + risk.source().rows());
  if (!on_same_pieces(risk, at_w, risk.predictors(w - step))) return kInfinity;
  return gradient.dot(step) / 2;
}

double newton_gap(EmpiricalRisk& risk, const Vector& w, const NewtonDecrement& newton) {
  if (newton.decrement2 < 0 || !risk.traits().smooth) return kInfinity;
  if (is_quadratic_everywhere(risk.loss())) return newton.decrement2 / 2;
  if (risk.traits().piecewise) return piecewise_gap(risk, w);
  if (newton.inverse_trace < 0) return kInfinity;
  const double growth_rate = curvature_growth(risk, w);
  const double range2 = risk.is_shift_invariant() ? 2 : growth_rate * growth_rate;
  const double r2 = range2 * risk.largest_row_norm2() * newton.inverse_trace;
  // No predictor has moved by more than `moved` since H was assembled, so H at w is at least exp(−moved)·H.
  const double moved = 2 * std::sqrt(r2 * newton.assembled);
  if (!(moved < 1)) return kInfinity;
  const double growth = std::exp(moved);
  const double decrement2 = growth * newton.decrement2, radius2 = growth * r2;
  // Where the growth of the curvature is bounded near w only, the minimiser must be shown to be that near: no predictor
  // moves by more than −log(1 − Rλ)/c.
  if (growth_rate > 1 && !(std::sqrt(radius2 * decrement2) < 0.5)) return kInfinity;
  return self_concordant_gap(decrement2, radius2);
}

}  // namespace

bool is_quadratic_everywhere(const Loss& loss) {
  return std::holds_alternative<SquaredLoss>(loss) || std::holds_alternative<OneHotSquaredLoss>(loss) ||
         std::holds_alternative<GaussianLoss>(loss);
}

double self_concordant_gap(double decrement2, double r2) {
  const double s = std::sqrt(r2 * decrement2);
  if (!(s < 1)) return kInfinity;
  if (s < 1e-4) return decrement2 * (0.5 + s / 6 + s * s / 12 + s * s * s);
  return (s + (1 - s) * std::log1p(-s)) / r2;
}

Certificate certify(EmpiricalRisk& risk, const Vector& w, const Vector& gradient, double value,
                    const NewtonDecrement& newton) {
  Certificate certificate;
  if (!std::isfinite(value) || !gradient.allFinite()) {
    certificate.reason = "the objective is not finite";
    return certificate;
  }
  if (!risk.traits().convex) {
    certificate.reason = "the objective is not convex: only a local optimum can be shown";
    if (newton.decrement2 >= 0 && newton.positive_definite) certificate.local_gap = newton.decrement2 / 2;
    return certificate;
  }
  double proved = newton_gap(risk, w, newton);
  if (!std::isfinite(proved)) proved = strong_convexity_gap(risk, w, gradient, value);
  if (std::isfinite(proved)) {
    certificate.gap = risk.traits().non_negative ? std::min(proved, value) : proved;
  } else if (!risk.traits().smooth) {
    certificate.reason = "the loss has kinks, so that a bound needs a dual point, as the interior-point solver has one";
  } else {
    certificate.reason = "with l2 = 0 a bound needs the Hessian, which is singular here or too large to assemble";
  }
  return certificate;
}

}  // namespace plumbline
