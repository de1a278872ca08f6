#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// (n, K): ∂l/∂eta of each row at its predictors eta (n, K); the score of row i is −g_i ⊗ x̃_i. 0 for rows of weight 0.
/// One look at the targets, n·K.
std::vector<double> row_slopes(RowSource& source, const Loss& loss, const double* eta);

/// (n): ∂²l/∂eta² of one output, as `kind` says: observed at y, or expected under the model. For y in {0, 1} with P(y =
/// 1) = p(eta) the expected one is p'²/(p(1 − p)) = −(∂l/∂eta at y = 1)·(∂l/∂eta at y = 0). 0 for rows of weight 0.
std::vector<double> row_curvatures(RowSource& source, const Loss& loss, bool expected, const double* eta);

/// (n): ‖Bᵀx̃_i‖² = x̃_iᵀ B Bᵀ x̃_i, B (d, r). With B Bᵀ the inverse information and times the curvature of the row it
/// is the leverage of one copy of it. One pass over X in parallel, 2·n·d·r flops; the same bits for any threads.
std::vector<double> quadratic_forms(RowSource& source, const Coordinates& at, const Matrix& root, Progress& progress);

}  // namespace plumbline
