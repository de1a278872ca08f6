#include "plumbline/core/math.hpp"

#include <algorithm>

namespace plumbline {

double log_sum_exp(const double* z, std::size_t count) {
  if (count == 0) return -std::numeric_limits<double>::infinity();
  const double largest = *std::max_element(z, z + count);
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += std::exp(z[k] - largest);
  return largest + std::log(sum);
}

}  // namespace plumbline
