#pragma once

#include <cstddef>
#include <limits>

namespace plumbline {

/// The weight of row i; null weights are all 1.
inline double weight_of(const double* weight, std::size_t i) { return weight == nullptr ? 1.0 : weight[i]; }

/// part / whole, NaN where there is nothing to divide by.
inline double share(double part, double whole) {
  return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace plumbline
