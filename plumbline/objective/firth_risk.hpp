#pragma once

#include <cstddef>

#include "plumbline/core/progress.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/objective/objective.hpp"

namespace plumbline {

/// Binary logistic regression under Jeffreys' prior, which takes away the bias of first order (Firth 1993):
///
///   f(w) = (1/Σs) [Σ_i s_i l(y_i, eta_i) − ½ log det I(w)],   I(w) = X̃ᵀ diag(s_i p_i (1 − p_i)) X̃
///
/// with I over all coordinates that carry something, the intercept included, and no other penalty (l2 = 0). With
/// h_i = s_i p_i (1 − p_i) x̃_iᵀ I⁻¹ x̃_i, the leverage of all copies of row i, so that a row of weight 2 is the row
/// twice, its gradient is −(1/Σs) Σ_i [s_i (y_i − p_i) + h_i (½ − p_i)] x̃_i (Heinze and Schemper 2002). −log det I
/// grows without bound when predictors run off: the minimum is finite on separated data too, for X̃ of full rank. In
/// other coordinates of the same columns f differs by a constant. Not convex: what is found is a local minimum.
///
/// +∞, with a gradient of zeros, where I is singular to working precision. Two passes over X for a value with its
/// gradient (3·n·d² flops), a third for the Hessian (n·d³ more).
class FirthRisk final : public TwiceObjective {
 public:
  /// `risk` must outlive this: LogisticLoss of one label, l2 = 0.
  explicit FirthRisk(EmpiricalRisk& risk);
  /// Passes of its own ask `progress` whether to stop (Cancelled); it must outlive this.
  void listen_to(Progress& progress) { progress_ = &progress; }

  Eigen::Index dimension() const override { return risk_.dimension(); }
  double value_gradient(const Vector& w, Vector& gradient) override;
  /// The Hessian itself where has_exact_hessian(), else the Fisher information I(w)/Σs: a positive definite model of
  /// it.
  double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) override;
  LinePoint along(const Vector& from, const Vector& to, double t) override;
  /// log det I comes with the rounding of d logarithms.
  double resolution(double value) const override;
  double cheap_gap(const Vector& w, const Vector& gradient) const override;

  /// The best w with all coefficients 0, in closed form: p = (Σ s y + r/2)/(Σs + r) in every row, r the coordinates
  /// that carry something. 0 without an intercept.
  Vector null_model();
  /// Whether the tensor of third derivatives can be had: d <= 128 and n·d³ <= 2e11, a function of the shapes alone.
  bool has_exact_hessian() const;

 private:
  struct Evaluation;
  bool evaluate(const Vector& w, bool exact, Evaluation& result);

  EmpiricalRisk& risk_;
  Progress* progress_ = &silent_progress();
  double carrying_ = 0;  ///< r
};

}  // namespace plumbline
