#pragma once

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// What a pass is to gather for the derivatives of log det I(w), I = X̃ᵀ diag(s v) X̃ with v = p(1 − p) the curvature
/// of the logistic loss at eta = X̃w.
struct LeverageRequest {
  const Vector* w = nullptr;             ///< (d)
  const Matrix* inverse_root = nullptr;  ///< B (d, d) with I⁻¹ = B Bᵀ
  bool third_derivatives = false;        ///< also what the second derivative of log det I needs
};

/// With q_i = ‖Bᵀx̃_i‖² = x̃_iᵀ I⁻¹ x̃_i and v', v'' the derivatives of v in eta:
struct LeverageSums {
  Vector gradient;      ///< (d): Σ s v' q x̃ = ∇ log det I
  Buffer<double> bend;  ///< (n): v''_i q_i, for Σ s v'' q x̃ x̃ᵀ; with third_derivatives
  Matrix squared_turn;  ///< (d, d): tr(I⁻¹ ∂_j I · I⁻¹ ∂_k I); with third_derivatives
};

/// One pass over X in parallel, the same bits for any threads and block size: 2·n·d² flops, n·d³ more for the third
/// derivatives, which take d³/2 doubles for each part of the reduction that is under way.
LeverageSums run_leverage_pass(EmpiricalRisk& risk, const LeverageRequest& request, Progress& progress);

}  // namespace plumbline
