#include "plumbline/objective/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double intercept_part(EmpiricalRisk& risk, const Vector& w) {
  return risk.coordinates().intercept ? risk.intercept_gap(w) : 0;
}

double strong_convexity_gap(EmpiricalRisk& risk, const Vector& w, const Vector& gradient) {
  return risk.l2() > 0 ? risk.cheap_gap(w, gradient) + intercept_part(risk, w) : kInfinity;
}

double newton_gap(EmpiricalRisk& risk, const NewtonDecrement& newton) {
  if (newton.decrement2 < 0) return kInfinity;
  if (risk.is_quadratic()) return newton.decrement2 / 2;
  if (newton.inverse_trace < 0) return kInfinity;
  const double range = risk.is_softmax() ? 2 : 1;
  return self_concordant_gap(newton.decrement2, range * risk.largest_row_norm2() * newton.inverse_trace);
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
  const double proved = std::min(strong_convexity_gap(risk, w, gradient), newton_gap(risk, newton));
  if (std::isfinite(proved)) return {std::min(proved, value), ""};
  return {std::nullopt, "with l2 = 0 a bound needs the Hessian, which is singular here or too large to assemble"};
}

}  // namespace plumbline
