#include "plumbline/inference/posterior_link.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <variant>

#include "plumbline/core/math.hpp"

namespace plumbline {

namespace {

NormalMoments squared_moments(double mean, double variance) { return {mean, std::sqrt(variance), 0}; }

/// σ(κm) with κ = 1/√(1 + πv/8); the spread by integration, and how far the mean is off it.
NormalMoments logistic_moments(const Loss& loss, double mean, double variance) {
  NormalMoments moments = integrate_probability(loss, mean, variance);
  const double scaled = sigmoid(mean / std::sqrt(1 + std::numbers::pi / 8 * variance));
  moments.mean_error = std::fabs(scaled - moments.mean);
  moments.mean = scaled;
  return moments;
}

/// Nodes in (0, 1) and weights of Gauss and Legendre's rule of 16 points on (−1, 1) (the half of positive nodes).
struct LegendreNode {
  double at, weight;
};
constexpr std::array<LegendreNode, 8> kLegendre = {{{0.0950125098376374402, 0.1894506104550684963},
                                                    {0.2816035507792589132, 0.1826034150449235889},
                                                    {0.4580167776572273863, 0.1691565193950025382},
                                                    {0.6178762444026437484, 0.1495959888165767321},
                                                    {0.7554044083550030339, 0.1246289712555338720},
                                                    {0.8656312023878317439, 0.0951585116824927848},
                                                    {0.9445750230732325761, 0.0622535239386478929},
                                                    {0.9894009349916499326, 0.0271524594117540949}}};

/// Φ(a), a = m/√(1 + v); E[Φ²] − E[Φ]² is a difference of two of Owen's T functions, that is, an integral of one.
NormalMoments probit_moments(const Loss& loss, double mean, double variance) {
  const double at = mean / std::sqrt(1 + variance);
  const double root = std::sqrt(1 + 2 * variance);
  const double length = 2 * variance / (root * (1 + root)), middle = 1 - length / 2;
  const auto integrand = [&](double x) { return std::exp(-at * at * (1 + x * x) / 2) / (1 + x * x); };
  double sum = 0;
  for (const LegendreNode& node : kLegendre) {
    const double off = node.at * length / 2;
    sum += node.weight * (integrand(middle - off) + integrand(middle + off));
  }
  return {probability_of_one(loss, at), std::sqrt(sum * length / 2 / std::numbers::pi), 0};
}

}  // namespace

double probability_of_one(const Loss& loss, double eta) {
  if (std::holds_alternative<LogisticLoss>(loss)) return sigmoid(eta);
  const double one = 1;
  double value = 0;
  evaluate(loss, &one, &eta, 1, {&value, nullptr, nullptr});
  return std::exp(-value);
}

NormalMoments integrate_probability(const Loss& loss, double mean, double variance) {
  constexpr double kReach = 9, kMostSd = 1000;
  const double sd = std::sqrt(variance);
  const double step = 1 / (4 * std::clamp(sd, 1.0, kMostSd));
  const auto half = static_cast<int>(kReach / step);
  double total = 0, first = 0, second = 0;
  // About the value in the middle, so that a small spread does not cancel.
  const double middle = probability_of_one(loss, mean);
  for (int q = -half; q <= half; ++q) {
    const double t = q * step, density = std::exp(-t * t / 2);
    const double off = probability_of_one(loss, mean + sd * t) - middle;
    total += density;
    first += density * off;
    second += density * off * off;
  }
  const double shift = first / total;
  return {middle + shift, std::sqrt(std::max(second / total - shift * shift, 0.0)), 0};
}

NormalMoments moments_of(const Loss& loss, double mean, double variance) {
  if (std::holds_alternative<SquaredLoss>(loss)) return squared_moments(mean, variance);
  if (std::holds_alternative<LogisticLoss>(loss)) return logistic_moments(loss, mean, variance);
  if (std::holds_alternative<ProbitLoss>(loss)) return probit_moments(loss, mean, variance);
  return integrate_probability(loss, mean, variance);
}

}  // namespace plumbline
