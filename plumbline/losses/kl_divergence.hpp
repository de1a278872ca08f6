#pragma once

#include "plumbline/losses/class_targets.hpp"

namespace plumbline {

/// Kullback-Leibler divergence of each row, KL(p ‖ q) = Σ_k p_k log(p_k/q_k) (E.4.17: cross-entropy minus the entropy
/// of p, so both are equal where p is one-hot). p, q: (n, m) probabilities, rows in the simplex (sum 1 within 1e-4) and
/// not normalised again. mean is over the n rows. A class with p_k = 0 adds 0 (0 log 0 = 0); +∞ where p_k > 0 and q_k =
/// 0. Right to a few ulp of Σ_k |p_k − q_k|² / q_k also where p and q nearly agree and the terms cancel; negative only
/// by as much as the sums of the rows differ. Throws std::invalid_argument for shapes that differ, cells outside [0, 1]
/// and NaN, a mean without rows. O(n·m).
LossValues kl_divergence(const ClassRows& p, const ClassRows& q, Reduction reduction = Reduction::mean);

}  // namespace plumbline
