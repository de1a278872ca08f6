#include "plumbline/objective/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/math.hpp"

namespace plumbline {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

double newton_gap(EmpiricalRisk& risk, const NewtonDecrement& newton) {
  if (newton.decrement2 < 0) return kInfinity;
  if (risk.is_quadratic()) return newton.decrement2 / 2;
  if (newton.inverse_trace < 0) return kInfinity;
  const double range = risk.is_softmax() ? 2 : 1;
  const double r2 = range * risk.largest_row_norm2() * newton.inverse_trace;
  // No predictor has moved by more than `moved` since H was assembled, so H at w is at least exp(−moved)·H.
  const double moved = 2 * std::sqrt(r2 * newton.assembled);
  if (!(moved < 1)) return kInfinity;
  const double growth = std::exp(moved);
  return self_concordant_gap(growth * newton.decrement2, growth * r2);
}

}  // namespace

double self_concordant_gap(double decrement2, double r2) {
  const double s = std::sqrt(r2 * decrement2);
  if (!(s < 1)) return kInfinity;
  if (s < 1e-4) return decrement2 * (0.5 + s / 6 + s * s / 12 + s * s * s);
  return (s + (1 - s) * std::log1p(-s)) / r2;
}

Certificate certify(EmpiricalRisk& risk, const Vector& w, const Vector& gradient, double value,
                    const NewtonDecrement& newton) {
  if (!std::isfinite(value) || !gradient.allFinite()) return {std::nullopt, "the objective is not finite"};
  double proved = newton_gap(risk, newton);
  if (!std::isfinite(proved)) proved = strong_convexity_gap(risk, w, gradient, value);
  if (std::isfinite(proved)) return {std::min(proved, value), ""};
  return {std::nullopt, "with l2 = 0 a bound needs the Hessian, which is singular here or too large to assemble"};
}

}  // namespace plumbline
