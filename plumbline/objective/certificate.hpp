#pragma once

#include <optional>
#include <string>

#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// gᵀH⁻¹g at w and trace(H⁻¹), H the Hessian assembled at w, or where the last Newton steps towards w began.
struct NewtonDecrement {
  double decrement2 = -1;  ///< negative: not known
  double inverse_trace = -1;
  double assembled = 0;  ///< gᵀH⁻¹g where H was assembled; each of the steps since was at most half the one before
  bool positive_definite = false;  ///< H itself, at w, with nothing added to its diagonal
};

/// Losses whose curvature is the same at every predictor, so that one Newton step ends at the minimum.
bool is_quadratic_everywhere(const Loss& loss);

/// An upper bound on f(w) − min f, or why there is none.
struct Certificate {
  std::optional<double> gap;
  std::string reason;
  /// Not convex: ½gᵀH⁻¹g where H is positive definite at w, which within the bound of a gap makes w a local optimum.
  std::optional<double> local_gap;
};

/// A bound that holds at w (gradient = ∇f(w), value = f(w)), from the Newton decrement λ² = gᵀH⁻¹g where that gives
/// one, else from strong convexity:
/// - squared losses and gaussian: f is quadratic, so the gap is ½λ².
/// - Huber and squared hinge: where w − H⁻¹g lies on the same pieces of the loss as w, in every row, f is quadratic on
///   the way there and w − H⁻¹g a minimiser of the convex f: the gap is ½λ² exactly. One pass over X with the Hessian
///   and one for the predictors.
/// - logistic and softmax: along any v, |φ‴| <= max_i range(V x̃_i)·φ″, so with R² = c²·max‖x̃_i‖²·trace(H⁻¹) (c² = 1
///   logistic, 2 softmax) and Rλ < 1: gap <= [Rλ + (1 − Rλ) log(1 − Rλ)]/R², which is λ²/2 for small Rλ (after Bach
///   2010, self-concordant analysis for logistic regression; here in the metric of H).
/// - probit and cloglog: the same with c a bound of |l‴|/l″ over all predictors within 1 of where they are at w. For
///   Rλ < ½ no predictor moves by more than −log(1 − Rλ)/c < 1 on the way to the minimiser, so that the bound of c
///   holds all the way: φ′ has changed its sign before it could cease to.
/// - l2 > 0, smooth: f minimised over the intercept is strongly convex in W: Σ g_j²/(2 l2 factor_j) with the gradient
///   where the intercept is at its minimum (one more pass over X), plus what the intercept still has to give at w. With
///   kinks (absolute, quantile, hinge) only without an intercept, where any subgradient will do; else their optimum is
///   proved by the dual point of the interior-point solver.
/// - a loss that is >= 0: gap <= f(w).
/// - not convex: no gap, but local_gap where H is known to be positive definite.
Certificate certify(EmpiricalRisk& risk, const Vector& w, const Vector& gradient, double value,
                    const NewtonDecrement& newton);

/// [s + (1 − s) log(1 − s)]/R² with s = Rλ, by its series where it would cancel; +∞ for s >= 1.
double self_concordant_gap(double decrement2, double r2);

}  // namespace plumbline
