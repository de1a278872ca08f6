#include "plumbline/core/math.hpp"

#include <algorithm>

namespace plumbline {

double log_sum_exp(const double* z, std::size_t count) {
  if (count == 0) return -std::numeric_limits<double>::infinity();
  if (std::any_of(z, z + count, [](double value) { return std::isnan(value); })) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double* largest = std::max_element(z, z + count);
  if (std::isinf(*largest)) return *largest;
  double others = 0;  // without the 1 of the largest, so that they count where they are small
  for (const double* value = z; value != z + count; ++value) {
    if (value != largest) others += std::exp(*value - *largest);
  }
  return *largest + std::log1p(others);
}

}  // namespace plumbline
