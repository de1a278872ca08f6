#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/inference/information.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// Σ over independent pieces of the outer product of their scores, (size, size) a block of InformationRoot, in the same
/// coordinates: the middle of a sandwich A⁻¹ M A⁻¹ (Huber 1967; White 1980).
struct ScoreScatter {
  std::vector<Matrix> blocks;
  std::size_t clusters = 0;
  bool full_leverage = false;  ///< a row is fitted whatever it says (leverage 1): HC2 and HC3 do not exist
};

/// How much the squared score of a row counts, h_i the leverage of one copy of it: 1, 1/(1 − h_i), 1/(1 − h_i)².
enum class LeverageCorrection { none, once, twice };

/// `information` says which curvature c_i makes the leverage h_i = c_i x̃ᵀA⁻¹x̃ (1 for least squares: the hat matrix;
/// R's hatvalues of a glm with expected information).
struct RowScatterOptions {
  Information information = Information::observed;
  LeverageCorrection correction = LeverageCorrection::none;
};

/// Σ_i s_i u_i (g_i ⊗ x̃_i)(g_i ⊗ x̃_i)ᵀ. With a correction: losses of one output. One pass over X for each pair of
/// outputs that have second derivatives in common, one for the leverages.
ScoreScatter row_scatter(EmpiricalRisk& risk, const Vector& w, const InformationRoot& inverse,
                         RowScatterOptions options, Progress& progress);

/// Σ_c (Σ_{i in c} s_i g_i ⊗ x̃_i)(…)ᵀ over clusters c, cluster_of (n) any numbers. Clusters without a row of positive
/// weight are none. One pass over X on one thread; clusters·K·d doubles.
ScoreScatter cluster_scatter(EmpiricalRisk& risk, const Vector& w, const std::vector<std::uint64_t>& cluster_of,
                             Progress& progress);

/// L with C = root L Lᵀ rootᵀ the sandwich A⁻¹ M A⁻¹, A⁻¹ = root rootᵀ: root·L. M is positive semidefinite; what
/// rounding leaves below 0 counts as 0. O(size³).
Matrix sandwich_root(const Matrix& root, const Matrix& scatter);

}  // namespace plumbline
