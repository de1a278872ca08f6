// Bernoulli likelihoods behind links other than the logit (E.4.20).

#include <algorithm>
#include <cmath>
#include <numbers>

#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

namespace {

const double kNormalLogScale = 0.5 * std::log(2 * std::numbers::pi);

/// φ(u) with exp's argument split, so that the rounding of u² does not cost digits where u is large.
double normal_density(double u) {
  const double size = std::fabs(u);
  if (size > 40) return 0;  // e^−800 is below the smallest double
  const double high = std::floor(size * 16) / 16;
  return std::exp(-0.5 * high * high) * std::exp(-0.5 * (size - high) * (size + high)) /
         std::sqrt(2 * std::numbers::pi);
}

/// 1 − Φ(u), to full relative accuracy: erfc at the double x nearest to u/√2, and what it misses by δ = u/√2 − x, with
/// derivative −(2/√π) exp(−x²) = −2√2 φ(u).
double normal_tail(double u, double density) {
  constexpr double kRootHalf = 0x1.6a09e667f3bcdp-1, kRootHalfRest = -0x1.bdd3413b26456p-55;
  const double x = u * kRootHalf;
  const double delta = std::fma(u, kRootHalf, -x) + u * kRootHalfRest;
  return 0.5 * std::erfc(x) - std::numbers::sqrt2 * density * delta;
}

/// For t >= 2: κ with φ(t)/(1 − Φ(t)) = t + κ, by the continued fraction 1/(t + 2/(t + 3/(t + …))), which needs fewer
/// terms the larger t is.
double mills_tail(double t) {
  const int terms = 12 + static_cast<int>(440 / (t * t));
  double tail = t;
  for (int k = terms; k >= 2; --k) tail = t + k / tail;
  return 1 / tail;
}

RowLoss probit(double u) {
  constexpr double kFarOut = -2;  // from here on λ + u cancels
  if (u <= kFarOut) {
    const double t = -u, kappa = mills_tail(t), lambda = t + kappa;
    return {0.5 * t * t + kNormalLogScale + std::log(lambda), -lambda, lambda * kappa};
  }
  const double density = normal_density(u);
  const double wrong = normal_tail(std::fmin(u, 40), density), right = u > 0 ? 1 - wrong : normal_tail(-u, density);
  const double lambda = density / right;
  return {u > 0 ? -std::log1p(-wrong) : -std::log(right), -lambda, lambda * (lambda + u)};
}

/// For y = 1 and μ = exp(eta) large: the rounding of μ would cost exp(−μ) digits.
RowLoss likely_event(double eta) {
  const long double mu = std::exp(static_cast<long double>(std::fmin(eta, 8.0)));  // exp(−e^8) is 0
  const double missed = static_cast<double>(std::exp(-mu)), p = 1 - missed, m = static_cast<double>(mu);
  return {-std::log1p(-missed), -m * missed / p, m * missed * (m - p) / (p * p)};
}

/// y = 1: −log(1 − exp(−μ)) and its derivatives in eta, −μ/(exp(μ) − 1) and μ[μ exp(μ) − (exp(μ) − 1)]/(exp(μ) − 1)².
RowLoss event(double eta) {
  if (eta > 0) return likely_event(eta);
  const double mu = std::exp(eta);
  if (mu == 0) return {-eta, -1, 0};
  const double p = -std::expm1(-mu), odds = std::expm1(mu);
  // μ exp(μ) − (exp(μ) − 1) = Σ_{k>=2} μ^k (k − 1)/k!, whose terms do not cancel; μ <= 1.
  double term = mu, sum = 0;
  for (int k = 2; k < 20; ++k) {
    term *= mu / k;
    sum += term * (k - 1);
  }
  return {-eta - std::log(p / mu), -mu / odds, mu * (sum / odds) / odds};
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
    if (label > 0.5) return event(predictor);
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
