#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace plumbline {

/// log(1 + exp(z)), softplus, for any z: 0 at −∞, z at large z, never overflows (subject C.4.4).
inline double log1p_exp(double z) { return (z > 0 ? z : 0.0) + std::log1p(std::exp(-std::fabs(z))); }

/// σ(z) = 1/(1 + exp(−z)), to full relative accuracy also where it is tiny (subject D.4.6).
inline double sigmoid(double z) {
  const double e = std::exp(-std::fabs(z));
  return z >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/// log Σ_k exp(z_k) = c + log Σ_k exp(z_k − c) with c = max z (subject §4.3.2, C.4.4); −∞ for count = 0.
double log_sum_exp(const double* z, std::size_t count);

/// The distance from |x| to the next larger double: one unit in the last place.
inline double ulp(double x) {
  const double a = std::fabs(x);
  return std::nextafter(a, std::numeric_limits<double>::infinity()) - a;
}

}  // namespace plumbline
