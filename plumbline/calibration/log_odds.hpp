#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace plumbline {

/// a − b for finite a and b, kept finite where the difference exceeds the largest double.
inline double finite_difference(double a, double b) {
  constexpr double kMost = std::numeric_limits<double>::max();
  return std::clamp(a - b, -kMost, kMost);
}

/// What the log-odds of every class of a row need: made once a row, so that all of them cost O(m).
struct RowOdds {
  double log_normalizer = 0;  ///< log Σ_k exp(z_k − z_top)
  double top_logit = 0;
  double top_log_odds = 0;
  std::uint32_t top = 0;  ///< the first of the largest
  bool two = false;       ///< two classes: the log-odds of one are minus those of the other
};

/// From finite logits (m), m >= 2.
RowOdds row_odds(const double* logits, std::size_t classes);

/// z_k − log Σ_{j≠k} exp(z_j): the log-odds of softmax, finite, to a few ulp of max(1, itself); two classes: of itself.
inline double log_odds(const RowOdds& row, double logit, std::size_t k) {
  if (k == row.top) return row.top_log_odds;
  if (row.two) return -row.top_log_odds;
  // p_k <= 1/2, so that log(1 − p_k) loses nothing.
  const double log_p = finite_difference(logit, row.top_logit) - row.log_normalizer;
  return finite_difference(log_p, std::log1p(-std::exp(log_p)));
}

}  // namespace plumbline
