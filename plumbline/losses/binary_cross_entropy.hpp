#pragma once

#include <span>

#include "plumbline/losses/class_targets.hpp"

namespace plumbline {

// Losses of two classes with one number a row. The target y is 0 or 1, or the probability of class 1 in between: it
// stands for the shares (1 − y, y). Class weights are (w_0, w_1). The rest as in class_targets.hpp:
// std::invalid_argument for a y outside [0, 1] or of another length.

/// −w_1 y log p − w_0 (1 − y) log(1 − p) (E.4.19) from probabilities of class 1; log(1 − p) as log1p(−p). At the ends
/// the value is the exact one and nothing is clipped: p = 0 gives 0 for y = 0 and +∞ for y > 0 (w_1 > 0), p = 1 gives
/// 0 for y = 1 and +∞ for y < 1 (w_0 > 0). Throws std::invalid_argument for p outside [0, 1] and NaN. A few ulp
/// relative. O(n).
LossValues binary_cross_entropy(std::span<const double> probabilities, std::span<const double> y,
                                const ClassLossOptions& options = {});

/// The same from logits z, p = σ(z): w_1 y log(1 + exp(−z)) + w_0 (1 − y) log(1 + exp(z)) (E.4.19, C.4.4). A few ulp
/// relative at every finite logit, 1e308 included, where it is finite too. z = −∞ is p = 0 and z = ∞ is p = 1, as
/// above; NaN gives NaN. O(n).
LossValues binary_cross_entropy_with_logits(std::span<const double> logits, std::span<const double> y,
                                            const ClassLossOptions& options = {});

}  // namespace plumbline
