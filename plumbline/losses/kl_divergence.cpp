#include "plumbline/losses/kl_divergence.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/losses/weighted_costs.hpp"

namespace plumbline {

namespace {

/// (1 + t) log(1 + t) − t, about t²/2, for −0.5 <= t <= 0.5. With s = t/(2 + t), |s| <= 1/3: 2/(1 − s)·[(1 + s)
/// atanh(s) − s], and atanh(s) = Σ s^(2j+1)/(2j + 1), so that nothing cancels.
double excess_of_ratio(double t) {
  const double s = t / (2 + t), square = s * s;
  double power = s, atanh_less_s = 0;  // 17 terms: (1/9)^17 is below an ulp
  for (int j = 1; j <= 17; ++j) {
    power *= square;
    atanh_less_s += power / (2 * j + 1);
  }
  return 2 / (1 - s) * (atanh_less_s * (1 + s) + square);
}

/// p log(p/q) − (p − q), never negative.
double excess(double p, double q) {
  if (p == 0) return q;
  if (q == 0) return std::numeric_limits<double>::infinity();
  const double difference = p - q, t = difference / q;
  if (std::fabs(t) <= 0.5) return q * excess_of_ratio(t);
  const double ratio = p / q;
  const double log_ratio = std::isinf(ratio) ? std::log(p) - std::log(q) : std::log(ratio);
  return p * log_ratio - difference;
}

/// Σ of both kinds of terms: the differences p − q nearly cancel, so what is lost of them is kept (Neumaier).
double divergence(std::span<const double> p, std::span<const double> q) {
  double excesses = 0, sum = 0, lost = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    excesses += excess(p[k], q[k]);
    for (const double term : {p[k], -q[k]}) {
      const double next = sum + term;
      lost += std::fabs(sum) >= std::fabs(term) ? (sum - next) + term : (term - next) + sum;
      sum = next;
    }
  }
  return excesses + (sum + lost);
}

}  // namespace

LossValues kl_divergence(const ClassRows& p, const ClassRows& q, Reduction reduction) {
  require(p.classes() == q.classes(), "kl_divergence", "columns of q",
          std::to_string(p.classes()) + ", got " + std::to_string(q.classes()));
  require(p.rows() == q.rows(), "kl_divergence", "rows of q",
          std::to_string(p.rows()) + ", got " + std::to_string(q.rows()));
  require_simplex(p, "kl_divergence", "p");
  require_simplex(q, "kl_divergence", "q");
  LossValues rows;
  for (std::size_t i = 0; i < p.rows(); ++i) rows.values.push_back(divergence(p.row(i), q.row(i)));
  if (reduction == Reduction::none) return rows;
  const double sum = std::accumulate(rows.values.begin(), rows.values.end(), 0.0);
  require(reduction == Reduction::sum || p.rows() > 0, "kl_divergence", "rows", "at least 1 for a mean, got 0");
  return {{reduction == Reduction::sum ? sum : sum / static_cast<double>(p.rows())}};
}

}  // namespace plumbline
