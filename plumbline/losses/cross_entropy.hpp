#pragma once

#include "plumbline/losses/class_targets.hpp"

namespace plumbline {

// Losses of m exclusive classes. Target, weights, smoothing, reductions and errors: class_targets.hpp.

/// Cross-entropy from logits, c_ik = −log softmax(logits_i)_k (D.4.5, E.4.17, E.4.18, C.4.4), in log space: right to a
/// few ulp relative, also where the true class is nearly sure (then it is tiny) and at logits of ±1e308. A logit of
/// −∞ has probability 0: +∞ where its target is not 0. NaN, or −∞ only, gives NaN. O(n·m) time and memory.
LossValues cross_entropy(const ClassRows& logits, const ClassTargets& targets, const ClassLossOptions& options = {});

/// Negative log-likelihood from log-probabilities, c_ik = −log_probabilities_ik (E.4.17, E.4.18); rows are taken as
/// they are, not normalised. −∞ (p = 0) gives +∞ where its target is not 0; NaN gives NaN there. Throws
/// std::invalid_argument for a log-probability above 1e-4. O(n·m).
LossValues nll(const ClassRows& log_probabilities, const ClassTargets& targets, const ClassLossOptions& options = {});

}  // namespace plumbline
