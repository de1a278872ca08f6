#include "plumbline/calibration/log_odds.hpp"

#include "plumbline/core/math.hpp"

namespace plumbline {

RowOdds row_odds(const double* logits, std::size_t classes) {
  RowOdds row;
  row.two = classes == 2;
  const double* top = std::max_element(logits, logits + classes);
  row.top = static_cast<std::uint32_t>(top - logits);
  row.top_logit = *top;
  double second = -std::numeric_limits<double>::infinity();
  for (const double* z = logits; z != logits + classes; ++z) {
    if (z != top) second = std::max(second, *z);
  }
  double others = 0;  // Σ_{j≠top} exp(z_j − second): at least 1, so that its logarithm is finite
  for (const double* z = logits; z != logits + classes; ++z) {
    if (z != top) others += std::exp(finite_difference(*z, second));
  }
  row.top_log_odds = finite_difference(finite_difference(*top, second), std::log(others));
  row.log_normalizer = log1p_exp(-row.top_log_odds);
  return row;
}

}  // namespace plumbline
