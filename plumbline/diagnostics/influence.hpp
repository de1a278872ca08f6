#pragma once

#include <cstddef>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// Approximate leave-one-out: one Newton step, exact in the row's own leverage, from the optimum w of the full fit
/// towards that without one copy of row i (all of it where s_i < 1), the penalty in all n·l2 kept:
///
///   w₍ᵢ₎ ≈ w + (t/n) H⁻¹ (γ̂_i ⊗ x̃_i),   γ̂_i = (I − t C_i G_i)⁻¹ γ_i,   eta₍ᵢ₎ = eta_i + t G_i γ̂_i
///
/// γ_i = ∂l_i/∂eta (K), C_i = ∂²l_i/∂eta² (K, K), G_i,ab = (e_a ⊗ x̃_i)ᵀ H⁻¹ (e_b ⊗ x̃_i)/n, t = min(s_i, 1), n = Σs
/// (Rad and Maleki 2020; Pregibon 1981). Exact for the squared loss. Else the error is of second order in the step: of
/// a row of small leverage a small part of the change; it is largest for surprising rows of high leverage, where the
/// figure is right in sign and order of size rather than in digits.
struct ApproximateLeaveOneOut {
  std::size_t outputs = 1;  ///< K
  Buffer<double> slope;     ///< (n, K): γ̂, for influence_of_rows
  Buffer<double> eta;       ///< (n, K): the predictors of a row by the fit without it; NaN where it cannot be left out
  Buffer<double> loss;      ///< (n): its loss there
  Buffer<double> leverage;  ///< (n): tr C_i G_i of one copy; Σ s_i leverage_i is the number of effective parameters
  double mean_loss = 0;     ///< Σ s loss/Σs: the leave-one-out estimate of the loss on new rows; NaN with any loss
};

/// One pass over X, 2·n·d²·K flops (K² where outputs mix: softmax). `risk` at its optimum w, `curvature` made of both.
/// The same bits for any threads and block size.
ApproximateLeaveOneOut approximate_leave_one_out(EmpiricalRisk& risk, const Vector& w, const CurvatureRoot& curvature,
                                                 Progress& progress = silent_progress());

/// The gradients c (K·d, K) of the K predictors eta_k of a query row x̃ (d) in the weights.
Matrix predictor_directions(const EmpiricalRisk& risk, const Vector& query);

/// The gradient c (K·d) in the weights of the mean loss over other rows, in the risk's coordinates, without the
/// penalty.
Vector held_out_direction(const EmpiricalRisk& risk, const Vector& w, RowSource& held_out,
                          Progress& progress = silent_progress());

struct InfluenceRequest {
  const Vector* w = nullptr;
  const CurvatureRoot* curvature = nullptr;
  const Matrix* directions = nullptr;  ///< (K·d, Q): gradients c of Q quantities q(w)
  /// (n, K) of approximate_leave_one_out: with the leverage correction. Null: γ itself, the influence function.
  const double* slope = nullptr;
};

/// (n, Q): how much q changes when one copy of row i is left out of the training rows (all of it where s < 1; 0 for a
/// row of weight 0), to first order: (t/n) cᵀH⁻¹(γ_i ⊗ x̃_i). That is −t/n times the influence function
/// I(i) = −cᵀH⁻¹g_i of Koh and Liang (2017), the derivative of q as row i gains weight. Negative for the held-out loss:
/// the model would do better without the row. Row by row, not in sum: what several rows do together need not add up.
/// One pass over X, 2·n·d·K·(Q + 1) flops, n·Q doubles. The same bits for any threads and block size.
Buffer<double> influence_of_rows(EmpiricalRisk& risk, const InfluenceRequest& request,
                                 Progress& progress = silent_progress());

}  // namespace plumbline
