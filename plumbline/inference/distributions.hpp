#pragma once

namespace plumbline {

// Tail probabilities and quantiles that tests and intervals are made of, by Boost.Math: right to some 14 digits down to
// 1e-300, where 1 − P would long be 0. NaN in gives NaN out; an infinite statistic has probability 0. O(1) each.

/// P(|Z| >= |z|), Z standard normal: erfc(|z|/√2).
double two_sided_normal(double z);

/// P(|T| >= |t|), T Student's t; degrees_of_freedom > 0 (NaN otherwise), ∞: the normal.
double two_sided_t(double t, double degrees_of_freedom);

/// P(X >= x), X χ² with degrees_of_freedom > 0 (NaN otherwise); 1 for x <= 0.
double upper_chi_squared(double x, double degrees_of_freedom);

/// P(X >= x), X of Fisher's F with both degrees of freedom > 0 (NaN otherwise); 1 for x <= 0.
double upper_f(double x, double numerator_degrees, double denominator_degrees);

/// The half width of a central interval in standard errors: t with P(|T| <= t) = level, 0 < level < 1.
/// degrees_of_freedom > 0 (NaN otherwise), ∞: the normal. Throws std::invalid_argument for another level.
double central_t(double level, double degrees_of_freedom);

/// x with P(X <= x) = level, X χ² with degrees_of_freedom > 0. Errors as above.
double chi_squared_quantile(double level, double degrees_of_freedom);

}  // namespace plumbline
