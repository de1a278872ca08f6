#pragma once

#include <cstddef>

#include "plumbline/calibration/events.hpp"

namespace plumbline {

/// A test of the hypothesis that every event happens with just the probability stated, independently of the others. A
/// small p-value speaks against calibration; a large one does not prove it.
struct CalibrationTest {
  double statistic = 0;
  double degrees_of_freedom = 0;  ///< of the grouped test; 0 for the other
  double p_value = 1;             ///< NaN where the rows cannot decide
};

/// Spiegelhalter's Z (1986): Σ s ([happened] − p)(1 − 2p) / √(Σ s (1 − 2p)² p(1 − p)), standard normal under the
/// hypothesis, two-sided. Sees confidence that is too high or too low, not an error at p = ½. NaN where the variance is
/// 0. O(n).
CalibrationTest spiegelhalter_test(const Events& events);

/// The grouped test of Hosmer and Lemeshow (1980) for probabilities that were not fitted to these rows: over groups of
/// neighbouring events Σ_g (O_g − E_g)²/V_g with O = Σ s [happened], E = Σ s p, V = Σ s p(1 − p), χ² with as many
/// degrees of freedom as groups. Starts from `groups` parts of equal mass and joins neighbours until each V_g is at
/// least 5, so that the approximation holds where probabilities are close to 0 or 1. NaN where not even all together
/// reach that. O(n).
CalibrationTest grouped_test(const Events& events, std::size_t groups);

}  // namespace plumbline
