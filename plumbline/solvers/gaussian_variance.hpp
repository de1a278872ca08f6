#pragma once

#include <vector>

#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/least_squares.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// Gaussian regression with one variance for all rows, fitted together with the coefficients.
struct GaussianVarianceRun {
  /// The least squares, or ridge, that the fit amounts to at its variance. What is proved of `ridge.run` for squared
  /// loss at ridge_l2 holds here divided by the variance.
  LeastSquaresRun ridge;
  double ridge_l2 = 0;        ///< l2·σ²
  double variance = 0;        ///< σ², the mean squared residual at ridge.run.w
  double objective = 0;       ///< f at (w, σ²); −∞ where variance is 0
  double null_objective = 0;  ///< of the intercept-only model with its own variance
};

/// Minimises over w and σ² together
///
///   f(w, σ²) = ½ log(2πσ²) + (1/Σs) Σ_i s_i (y_i − eta_i)²/(2σ²) + (l2/2) Σ_j factor_j w̃_j²                  (E.4.9)
///
/// At l2 = 0 that is least squares with σ² = m, the mean squared residual. At l2 > 0 the best w for a σ² is ridge with
/// l2·σ², and σ² a root of σ² = m(l2·σ²). There may be several roots, minima and maxima in turn: all between m(0) and
/// that of the intercept-only model are looked for on RidgeSpectrum (400 steps in log σ²) and the one with the smallest
/// f is refined by Newton's method on solves with the rows, to the last digits. Residuals that can be made 0 (relative
/// to y, within 1e-14) have no finite optimum: variance 0 and objective −∞ are returned, with w of least squares.
///
/// `risk`: squared loss, l2 = 0; choice, polynomials: see solve_least_squares; of `monitor`, progress and trace are
/// used. Throws UsageError for l2 > 0 beyond kWidestSpectrum coordinates. At l2 > 0 two to four times the cost of one
/// solve.
GaussianVarianceRun fit_gaussian_variance(EmpiricalRisk& risk, double l2, SolverChoice choice, Monitor monitor,
                                          const std::vector<PolynomialTerms>& polynomials = {});

}  // namespace plumbline
