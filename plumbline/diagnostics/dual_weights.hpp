#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// A training row that carries part of a prediction.
struct CarryingRow {
  std::size_t row = 0;
  double weight = 0;        ///< signed: the row's dual weight, all its copies together
  double contribution = 0;  ///< what it adds to the prediction
};

/// A prediction of one output as base + Σ_i contribution_i over the training rows.
struct CarriedPrediction {
  double base = 0;               ///< what no single row carries: the intercept's share
  double prediction = 0;         ///< base + Σ contribution_i, summed over the rows
  double size = 0;               ///< Σ |contribution_i|
  std::vector<CarryingRow> top;  ///< the largest by |contribution|, largest first
  double top_share = 0;          ///< Σ |contribution| of `top` over `size`; 1 where there is none to share
};

/// The `count` entries of largest |contribution(row)| among rows 0 … n − 1, largest first, the earlier of equals first.
/// NaN counts as 0. O(n log count).
std::vector<std::size_t> largest_rows(const double* contribution, std::size_t n, std::size_t count);

/// Least squares and ridge are linear in the targets: ŷ(x) = Σ_i m_i y_i with
///
///   m_i = s_i x̃ᵀ A⁻¹ x̃_i,   A = X̃ᵀS X̃ + n·l2·diag(factor)                         (ŷ = M y, subject C.4.2, E.4.7)
///
/// With an intercept Σ_i m_i = 1, so that ŷ = ȳ + Σ_i m_i (y_i − ȳ): the intercept's share is the weighted mean ȳ
/// (`base`), and a row carries m_i (y_i − ȳ), which does not depend on where y has its zero. Without an intercept
/// ȳ is 0 here. Negative weights are no mistake: such a row pulls the prediction away from its own target.
struct DualWeights {
  Buffer<double> weight;  ///< (n): m_i
  CarriedPrediction carried;
};

/// `query`: x̃ (d) in the risk's coordinates (row_in_coordinates). One pass over X, 2·n·d flops. The same bits for any
/// threads and block size.
DualWeights dual_weights(EmpiricalRisk& risk, const LeastSquaresRoot& root, const Vector& query, std::size_t top,
                         Progress& progress = silent_progress());

/// At l2 > 0 every linear model is a sum over its training rows (the representer theorem; Kimeldorf and Wahba 1971): at
/// the optimum n·l2·factor_j w_jk = −Σ_i s_i ∂l_i/∂eta_k x̃_ij, so that with the dual coefficients
///
///   α_ik = −s_i ∂l(y_i, eta_i)/∂eta_k/(n·l2)        (logistic, softmax: s_i (onehot(y_i) − p_i)/(n·l2))
///   eta_k(x) = base_k + Σ_i α_ik κ(x̃_i, x̃),   κ(x̃_i, x̃) = Σ_j x̃_ij x̃_j/factor_j
///
/// over the penalised features; base_k is the intercept with the features of factor 0. A row has a large coefficient
/// where the model is surprised by it, and carries a prediction as far as it is like it.
struct DualCoefficients {
  std::size_t outputs = 1;                 ///< K
  Buffer<double> coefficient;              ///< (n, K): α
  Buffer<double> kernel;                   ///< (n): κ(x̃_i, x̃)
  std::vector<CarriedPrediction> carried;  ///< (K); weight: α_ik
};

/// `w` (K·d): the optimum of `risk`, whose l2 must be > 0 and whose loss must be smooth (std::invalid_argument). Off
/// the optimum the sums miss eta_k(x) by what the gradient there says. One pass over X, 2·n·d·(K + 1) flops, n·(K + 1)
/// doubles.
DualCoefficients dual_coefficients(EmpiricalRisk& risk, const Vector& w, const Vector& query, std::size_t top,
                                   Progress& progress = silent_progress());

}  // namespace plumbline
