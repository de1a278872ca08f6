#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/inference/coefficient_precision.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// Which second derivatives of −log L stand for the information (Efron and Hinkley 1978):
/// - observed: those at the data, Σ s ∂²l/∂eta² x xᵀ; what statsmodels' Logit, Probit and MNLogit invert.
/// - expected: their mean over y under the model, Σ s E[∂²l/∂eta²] x xᵀ; what R's glm and statsmodels' GLM invert,
/// since
///   iteratively reweighted least squares ends with it.
/// The same for logistic and softmax, and for least squares. Both are consistent; in probit and cloglog they differ by
/// as much as the data differ from the model's mean.
enum class Information { observed, expected };

/// The information matrix A of a fit, inverted where rows determine the coefficients. In solver coordinates; d of them
/// an output. Softmax: on the space of coefficients that sum to zero over the classes.
struct InformationRoot {
  /// B (size, r) with A⁺ = B Bᵀ: one for all outputs together (size K·d, output-major) where they have second
  /// derivatives in common, else one for each (size d).
  std::vector<Matrix> blocks;
  Matrix null_space;      ///< (d, d − rank) orthonormal: X̃·null_space = 0, columns that carry nothing left out
  std::size_t rank = 0;   ///< of X̃, columns that carry nothing left out
  bool singular = false;  ///< A could not be inverted although X̃ has full rank on what is left; blocks are empty
};

/// `risk`: l2 = 0; w: its optimum. One pass over X for A (two of expected information, the first for the predictors
/// alone), and a QR of the rows where A's condition is above 1e10; (K·d)³ flops. Expected information: losses of one
/// output whose targets are 0 and 1, or quadratic ones; else std::invalid_argument.
InformationRoot invert_information(EmpiricalRisk& risk, const Vector& w, Information kind, Progress& progress);

/// For each coordinate of an output, p features and the intercept at x = 0, in the user's units: whether the rows
/// determine it. A combination t of the coefficients is determined where t·null_space = 0, here below 1e-8‖t‖.
std::vector<Undetermined> determined_coordinates(const Coordinates& at, const Matrix& null_space);

}  // namespace plumbline
