#pragma once

#include <span>
#include <vector>

#include "plumbline/losses/class_targets.hpp"

namespace plumbline {

/// The margin of each row, (2y − 1)·z (N3.2: yŷ with y = ±1), for y in {0, 1}: positive where the row is on its own
/// side of the boundary. NaN for a NaN logit. Throws std::invalid_argument for another y or lengths that differ. O(n).
std::vector<double> margin(std::span<const double> logits, std::span<const double> y);

/// The same for m >= 2 classes: z_y − max_{k ≠ y} z_k; with logits (0, z) it is the binary one. ±∞ only where the
/// difference exceeds the largest double, or for infinite logits (two of the same sign: 0, a tie); NaN for a NaN in the
/// row. O(n·m).
std::vector<double> margin(const ClassRows& logits, std::span<const std::size_t> targets);

/// 0/1 loss (N3.2): 1 where the predicted class is not the true one, c_k = [k ≠ argmax], the first of equals as in
/// `predict`; a soft target costs what it gives to the other classes. Any increasing scores do: logits, probabilities.
/// NaN for a NaN in the row. Options and errors: class_targets.hpp. O(n·m).
LossValues zero_one_loss(const ClassRows& scores, const ClassTargets& targets, const ClassLossOptions& options = {});

/// The same for two classes from logits: class 1 where z > 0, that is σ(z) > ½ (S(27)). y as in binary_cross_entropy.
LossValues zero_one_loss(std::span<const double> logits, std::span<const double> y,
                         const ClassLossOptions& options = {});

}  // namespace plumbline
