// Bernoulli likelihoods behind links other than the logit (E.4.20).

#include <algorithm>
#include <cmath>
#include <numbers>

#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

const double kHalfLogTwoPi = 0.5 * std::log(2 * std::numbers::pi);

/// φ(u) with exp's argument split, so that the rounding of u² does not cost digits where u is large.
double normal_density(double u) {
  const double size = std::fabs(u);
  if (size > 40) return 0;  // e^−800 is below the smallest double
  const double high = std::floor(size * 16) / 16;
  return std::exp(-0.5 * high * high) * std::exp(-0.5 * (size - high) * (size + high)) /
         std::sqrt(2 * std::numbers::pi);
}

/// For t >= 4: κ with φ(t)/(1 − Φ(t)) = t + κ, by the continued fraction 1/(t + 2/(t + 3/(t + …))), which needs fewer
/// terms the larger t is.
double mills_tail(double t) {
  constexpr int kTerms = 120;
  double tail = t;
  for (int k = kTerms; k >= 2; --k) tail = t + k / tail;
  return 1 / tail;
}

RowLoss probit(double u) {
  constexpr double kFarOut = -4;
  if (u <= kFarOut) {
    const double t = -u, kappa = mills_tail(t), lambda = t + kappa;
    return {0.5 * t * t + kHalfLogTwoPi + std::log(lambda), -lambda, lambda * kappa};
  }
  const double wrong = 0.5 * std::erfc(u / std::numbers::sqrt2);
  const double right = 0.5 * std::erfc(-u / std::numbers::sqrt2);
  const double lambda = normal_density(u) / right;
  return {u > 0 ? -std::log1p(-wrong) : -std::log(right), -lambda, lambda * (lambda + u)};
}

/// −log(1 − exp(−μ)), μ = exp(eta), as a function of eta.
double log_complement(double eta, double mu) {
  if (eta > 0) return -std::log1p(-std::exp(-mu));
  return mu > 0 ? -eta - std::log(-std::expm1(-mu) / mu) : -eta;
}

RowLoss cloglog_event(double eta) {
  constexpr double kBeyond = 800;  // exp(−μ) is 0
  const double mu = std::exp(eta);
  if (mu > kBeyond) return {};
  const double value = log_complement(eta, mu);
  if (mu == 0) return {value, -1, 0};
  const double slope = -mu / std::expm1(mu);
  if (mu > 0.3) {
    const double p = -std::expm1(-mu);
    return {value, slope, mu * std::exp(-mu) * (mu - p) / (p * p)};
  }
  // μ exp(μ) − (exp(μ) − 1) = Σ_{k>=2} μ^k (k − 1)/k!, whose terms do not cancel.
  double term = mu, sum = 0;
  for (int k = 2; k < 16; ++k) {
    term *= mu / k;
    sum += term * (k - 1);
  }
  const double below = std::expm1(mu);
  return {value, slope, mu * (sum / below) / below};
}

}  // namespace

void ProbitLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_sides(y, eta, rows, out, probit);
}

void ProbitLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  for (std::size_t i = 0; i < rows; ++i) mean[i] = 0.5 * (probit(eta[i]).curvature + probit(-eta[i]).curvature);
}

void CloglogLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_rows(y, eta, rows, out, [](double label, double predictor) {
    if (label > 0.5) return cloglog_event(predictor);
    const double mu = std::exp(predictor);
    return RowLoss{mu, mu, mu};
  });
}

/// The expected curvature, μ²/(exp(μ) − 1).
void CloglogLoss::mean_curvature(const double* eta, std::size_t rows, double* mean) const {
  for (std::size_t i = 0; i < rows; ++i) {
    const double mu = std::exp(std::min(eta[i], 700.0));
    mean[i] = mu > 0 ? mu * (mu / std::expm1(mu)) : 0;
    if (std::isnan(mean[i])) mean[i] = 0;  // ∞/∞: beyond what exp can hold the limit is 0
  }
}

}  // namespace plumbline
