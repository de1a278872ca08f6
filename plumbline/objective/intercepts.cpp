// The intercepts alone, at cached predictors: X is not read. Part of EmpiricalRisk.

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/index.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/linalg/decompositions.hpp"
#include "plumbline/objective/certificate.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/objective/eta_pass.hpp"

namespace plumbline {

namespace {

using Index = Eigen::Index;

constexpr int kMostNewtonSteps = 50;
constexpr int kMostDescentSteps = 200;
constexpr int kMostHalvings = 60;
/// A Newton step that would gain less than this part of an ulp is not worth a pass.
constexpr double kNothingLeft = 1e-14;

/// Losses whose Newton steps in the intercepts are safe as they are: quadratic everywhere, or cross-entropy behind a
/// logit, with a curvature that one step of 2 changes little.
bool newton_is_safe(const Loss& loss) {
  const auto* focal = std::get_if<FocalLoss>(&loss);
  return is_quadratic_everywhere(loss) || std::holds_alternative<LogisticLoss>(loss) ||
         std::holds_alternative<SoftmaxLoss>(loss) || (focal != nullptr && focal->gamma == 0);
}

/// −|H|⁻¹g: Newton's step with the signs of negative curvatures turned, so that it descends.
Vector descent_step(const Matrix& curvature, const Vector& gradient) {
  const SymmetricEigen eigen = symmetric_eigen(curvature);
  Vector size = eigen.values.cwiseAbs();
  const double largest = size.maxCoeff();
  size = size.cwiseMax(largest > 0 ? 1e-10 * largest : 1.0);
  return -eigen.vectors * (eigen.vectors.transpose() * gradient).cwiseQuotient(size);
}

}  // namespace

EmpiricalRisk::InterceptPoint EmpiricalRisk::intercept_point(const double* eta, const Vector& shift) {
  const OutputPairs pairs = curvature_blocks_of(loss_);
  const EtaSums sums = run_eta_pass(source_, {&loss_, eta, nullptr, 0, shift.data(), true}, *progress_);
  InterceptPoint point;
  point.value = sums.loss / weight_sum_;
  point.gradient = Eigen::Map<const Vector>(sums.gradient.data(), shift.size()) / weight_sum_;
  point.curvature = Matrix::Zero(shift.size(), shift.size());
  for (std::size_t q = 0; q < pairs.size(); ++q) {
    const Index a = index(pairs[q].first), b = index(pairs[q].second);
    point.curvature(a, b) = point.curvature(b, a) = sums.curvature[q] / weight_sum_;
  }
  if (shift_invariant_) {
    point.curvature.array() += point.curvature.diagonal().mean() / static_cast<double>(shift.size());
  }
  return point;
}

Vector EmpiricalRisk::shift_by_newton(const double* eta) {
  Vector shift = Vector::Zero(index(outputs_)), best = shift;
  double last = std::numeric_limits<double>::infinity();
  for (int step = 0; step < kMostNewtonSteps; ++step) {
    const InterceptPoint at = intercept_point(eta, shift);
    const Vector move = -at.curvature.ldlt().solve(at.gradient);
    const double decrement2 = -at.gradient.dot(move);
    if (!move.allFinite() || !(decrement2 < last)) break;
    best = shift;
    last = decrement2;
    if (!(decrement2 > 0)) break;
    // Steps beyond 2 in logit leave the region where the quadratic model means anything.
    shift += is_quadratic_everywhere(loss_) ? move : Vector(move.cwiseMax(-2.0).cwiseMin(2.0));
  }
  return best;
}

/// A convex function of one number, kinks or not, by the sign of its slope: bracketed by doubling, then Newton's steps
/// while they stay inside and halve the slope, else halves, to the last bit or where nothing is left to gain.
Vector EmpiricalRisk::shift_by_bracketing(const double* eta) {
  const auto at = [&](double shift) { return intercept_point(eta, Vector::Constant(1, shift)); };
  InterceptPoint here = at(0);
  if (here.gradient[0] == 0) return Vector::Zero(1);
  const double direction = here.gradient[0] < 0 ? 1 : -1;
  double inside = 0, outside = direction;  // slope·direction is negative inside, not negative outside
  for (InterceptPoint beyond = at(outside); std::fabs(outside) < 1e300; beyond = at(outside)) {
    if (!(beyond.gradient[0] * direction < 0)) break;
    here = beyond;
    inside = outside;
    outside *= 2;
  }
  double x = inside;
  for (bool newton = traits_.smooth;;) {
    const double middle = inside + 0.5 * (outside - inside), g = here.gradient[0], h = here.curvature(0, 0);
    if (middle == inside || middle == outside) break;
    if (traits_.smooth && g * g <= kNothingLeft * ulp(here.value) * h) return Vector::Constant(1, x);
    const double step = x - g / h;
    x = newton && std::min(inside, outside) < step && step < std::max(inside, outside) ? step : middle;
    here = at(x);
    newton = traits_.smooth && std::fabs(here.gradient[0]) <= 0.5 * std::fabs(g);
    (here.gradient[0] * direction < 0 ? inside : outside) = x;
  }
  return Vector::Constant(1, at(inside).value <= at(outside).value ? inside : outside);
}

Vector EmpiricalRisk::shift_by_descent(const double* eta, Vector shift) {
  InterceptPoint at = intercept_point(eta, shift);
  for (int step = 0; step < kMostDescentSteps; ++step) {
    const Vector move = descent_step(at.curvature, at.gradient);
    const double slope = at.gradient.dot(move);
    if (!move.allFinite() || !(slope < 0)) break;
    double t = 1;
    InterceptPoint next = intercept_point(eta, shift + move);
    for (int half = 0; half < kMostHalvings && !(next.value <= at.value + 1e-4 * t * slope); ++half) {
      t /= 2;
      next = intercept_point(eta, shift + t * move);
    }
    if (!(next.value < at.value)) break;
    shift += t * move;
    at = std::move(next);
  }
  return shift;
}

Vector EmpiricalRisk::minimise_intercept(const Vector& w) {
  if (!coordinates_.intercept) return w;
  const double* eta = eta_at(w).eta.data();
  const Vector zero = Vector::Zero(index(outputs_));
  const Vector best = newton_is_safe(loss_)             ? shift_by_newton(eta)
                      : traits_.convex && outputs_ == 1 ? shift_by_bracketing(eta)
                                                        : shift_by_descent(eta, zero);
  Vector moved = w;
  for (std::size_t k = 0; k < outputs_; ++k) moved[index(k * width_ + width_ - 1)] += best[index(k)];
  return moved;
}

/// Mean and log variance of the target, where both are wanted; else 0.
Vector EmpiricalRisk::first_intercepts() {
  Vector w = Vector::Zero(dimension());
  if (!std::holds_alternative<HeteroscedasticLoss>(loss_)) return w;
  double mean = 0, weight = 0, square = 0;
  source_.rewind();
  for (RowBlock block; source_.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
      if (s == 0) continue;
      weight += s;
      const double from_mean = block.target[i] - mean;  // Welford 1962, with weights
      mean += s / weight * from_mean;
      square += s * from_mean * (block.target[i] - mean);
    }
  }
  w[index(width_ - 1)] = mean;
  w[index(2 * width_ - 1)] = square > 0 ? std::log(square / weight) : 0;
  return w;
}

double EmpiricalRisk::intercept_gap(const Vector& w) {
  if (!coordinates_.intercept) return 0;
  const double* eta = eta_at(w).eta.data();
  const Vector zero = Vector::Zero(index(outputs_));
  const InterceptPoint at = intercept_point(eta, zero);
  if (!newton_is_safe(loss_)) {
    if (!traits_.convex || outputs_ > 1) return std::numeric_limits<double>::infinity();
    const Vector shift = shift_by_bracketing(eta);
    const InterceptPoint best = intercept_point(eta, shift);
    const double g = best.gradient[0], h = best.curvature(0, 0);
    return std::max(0.0, at.value - best.value) + std::fabs(g) * (h > 0 ? std::fabs(g) / h : ulp(shift[0]));
  }
  const Eigen::LLT<Matrix> factor(at.curvature);
  if (factor.info() != Eigen::Success) return std::numeric_limits<double>::infinity();
  const double decrement2 = at.gradient.dot(factor.solve(at.gradient));
  if (is_quadratic_everywhere(loss_)) return decrement2 / 2;
  const double inverse_trace =
      factor.matrixL().solve(Matrix::Identity(at.gradient.size(), at.gradient.size())).squaredNorm();
  return self_concordant_gap(decrement2, (shift_invariant_ ? 2 : 1) * inverse_trace);
}

}  // namespace plumbline
