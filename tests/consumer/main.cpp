#include <cmath>

#include "plumbline/core/math.hpp"

int main() {
  const double z[] = {0.0, 0.0};
  return std::fabs(plumbline::log_sum_exp(z, 2) - std::log(2.0)) < 1e-15 ? 0 : 1;
}
