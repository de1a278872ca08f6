#pragma once

namespace plumbline {

/// With A the information (least squares: XᵀSX), g_i the slope of row i's loss in its predictors (least squares: minus
/// the residual), n = Σs, k the number of free coefficients, h_i the leverage of one copy of row i:
/// - classical: A⁻¹, for least squares RSS/(n − k)·A⁻¹;
/// - hc0: A⁻¹ [Σ s g_i² x xᵀ] A⁻¹ (White 1980); hc1: times n/(n − k); hc2: each g_i² over 1 − h_i; hc3: over (1 − h_i)²
///   (MacKinnon and White 1985);
/// - cluster: A⁻¹ [Σ_c u_c u_cᵀ] A⁻¹·G/(G − 1)·(n − 1)/(n − k), u_c the sum of the scores in cluster c, G clusters.
/// n/(n − k) is that of R's sandwich::vcovHC and of statsmodels' OLS (HC1 of its discrete models has no factor); the
/// cluster factor that of statsmodels, of Stata's regress, and of R's sandwich::vcovCL with type = "HC1" (its default
/// for lm; its default for glm, "HC0", has only G/(G − 1)).
enum class CovarianceKind { classical, hc0, hc1, hc2, hc3, cluster };

/// Why a coefficient has no standard error.
enum class Undetermined {
  no,                    ///< it has one
  constant,              ///< its column carries nothing
  collinear,             ///< columns depend on each other: other values fit the rows as well
  singular,              ///< the likelihood is flat to working precision
  no_degrees_of_freedom  ///< no rows are left over for the residual variance
};

/// What there is to say of one coefficient beside its estimate, in the user's units.
struct CoefficientPrecision {
  double standard_error = 0;
  double statistic = 0;                   ///< estimate/standard_error: t for least squares, z for likelihoods
  double p_value = 0;                     ///< two-sided, of the coefficient being 0
  double lower = 0, upper = 0;            ///< estimate ± quantile·standard_error (Wald)
  Undetermined state = Undetermined::no;  ///< otherwise all else is NaN
};

/// statistic, p_value and Wald limits from an estimate and its standard error (NaN: all are): t with
/// degrees_of_freedom, ∞: normal; reach = central_t(level, degrees_of_freedom). O(1).
CoefficientPrecision precision_of(double estimate, double standard_error, double degrees_of_freedom, double reach);

}  // namespace plumbline
