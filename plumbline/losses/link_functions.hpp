#pragma once

#include <span>
#include <vector>

#include "plumbline/core/math.hpp"
#include "plumbline/losses/class_rows.hpp"

namespace plumbline {

// The functions between logits and probabilities, for any double. sigmoid(z) itself stands in core/math.hpp. All are to
// a few ulp relative, also where the result is tiny; NaN in gives NaN out (in the whole row), and finite logits never
// do. A temperature τ divides the logits (E.4.15): τ = 1 changes nothing, τ = 0 and τ = ∞ stand for the limits; τ < 0
// and NaN throw std::invalid_argument.

/// log(1 + exp(z)) (C.4.4): 0 at −∞, ∞ at ∞, z itself where exp(−z) is below an ulp of it.
inline double softplus(double z) { return log1p_exp(z); }

/// σ(z/τ) (D.4.6, E.4.15): 0 at −∞, 1 at ∞; τ → 0 is the step function with ½ at 0, τ → ∞ is ½ for every finite z.
double sigmoid(double z, double temperature);

/// log σ(z/τ) = −softplus(−z/τ): −∞ at −∞, 0 at ∞; finite for every finite z unless z/τ itself exceeds the doubles.
double log_sigmoid(double z, double temperature = 1);

/// log Σ_k exp(z_k) = c + log Σ_k exp(z_k − c) with c = max z (§4.3.2, C.4.4). No z, or all −∞: −∞; any ∞: ∞; finite
/// otherwise. Within a few ulp of |c| + log(1 + Σ of the others' exp(z_k − c)). O(m).
inline double logsumexp(std::span<const double> z) { return log_sum_exp(z.data(), z.size()); }

/// p_k = exp(z_k/τ)/Σ_j exp(z_j/τ) (D.4.4, E.4.10–E.4.16) of one row. Sums to 1 within m ulp. Limits: τ → 0 shares 1
/// among the largest logits (argmax), τ → ∞ among all that are not −∞. A logit of −∞ has p = 0; logits of ∞ share
/// all. All −∞: NaN. Shift invariant up to the rounding of the shifted logits. O(m).
std::vector<double> softmax(std::span<const double> logits, double temperature = 1);

/// The same for each row: (n, m) in, (n, m) out, row-major.
std::vector<double> softmax(const ClassRows& logits, double temperature = 1);

/// log p_k = z_k/τ − log Σ_j exp(z_j/τ), never through p, so that it is right where p underflows, and where p is nearly
/// 1. At most 0; −∞ only where the exact value is below −(the largest double), for a logit of −∞, and for τ = 0 off the
/// largest. All −∞: NaN. O(m).
std::vector<double> log_softmax(std::span<const double> logits, double temperature = 1);
std::vector<double> log_softmax(const ClassRows& logits, double temperature = 1);

}  // namespace plumbline
