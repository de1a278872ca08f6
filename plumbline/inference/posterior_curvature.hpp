#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// A solution in the user's units → weights (K·d), output-major, in the risk's coordinates: the inverse of
/// to_user_units, within rounding (solver_weights of FittedLinear, for a risk that stands already).
Vector solver_weights(const EmpiricalRisk& risk, const LinearSolution& solution);

/// Row `row` of a block as x̃ (d), the 1 of the intercept last.
Vector row_in_coordinates(const Coordinates& at, const RowBlock& block, std::size_t row);

/// The normal matrix A = X̃ᵀS X̃ + n·l2·diag(factor) (n = Σs) of least squares and ridge in the form A⁻¹ = B Bᵀ, and
/// what classical theory says of the residuals of the fit at w.
struct LeastSquaresRoot {
  Vector w;               ///< (d), in the risk's coordinates
  Matrix inverse_root;    ///< B (d, r); rows of columns that carry nothing are 0
  bool full_rank = true;  ///< false: A⁺ = B Bᵀ; fitted values keep their meaning, single coefficients do not
  double effective_parameters{};  ///< tr A⁻¹X̃ᵀSX̃: the rank at l2 = 0, less above (Hastie et al. 2009, 3.50)
  double residual_squares{};      ///< RSS = Σ s (y − x̃ᵀw)²
  /// σ² = RSS/(n − effective_parameters); NaN where nothing is left to divide by. All that follows uses this one: set
  /// it to use another.
  double residual_variance{};
};

/// From a QR of the rows (the condition of X counts once), two passes over X, 2·n·d² + O(d³) flops, d² memory; the
/// singular values where columns depend on each other. `risk`: squared loss.
LeastSquaresRoot least_squares_root(EmpiricalRisk& risk, const Vector& w, Progress& progress = silent_progress());

/// The inverse Hessian of an objective at its optimum, H⁻¹ = B Bᵀ: one block of K·d rows where outputs mix (softmax),
/// else K blocks of d.
struct CurvatureRoot {
  std::size_t outputs = 1, width = 1;  ///< K, d
  std::vector<Matrix> blocks;          ///< B
  /// Whether H was positive definite by itself. False: columns depend on each other, or classes are separated: nothing
  /// that is made of B means anything then.
  bool definite = true;

  /// H⁻¹ v, v (K·d).
  Vector solve(const Vector& v) const;
  /// (d, K·r): x̃ᵀ times it is x̃ᵀB_k for k = 0 … K − 1, r numbers each, B_k the rows of output k. Then
  /// (e_a ⊗ x̃)ᵀ H⁻¹ (e_b ⊗ x̃) = x̃ᵀB_a · x̃ᵀB_b, and 0 for a ≠ b where outputs do not mix.
  Matrix rotation() const;
  bool mixes() const { return outputs > 1 && blocks.size() == 1; }
};

/// H = ∇²f(w) of the risk with its penalty, by Cholesky. Of softmax the flat direction (one shift of all classes) is
/// closed with a curvature that changes no difference of predictors. One pass over X, n·d²·pairs + (K·d)³ flops, (K·d)²
/// memory. `risk`: a loss with a second derivative.
CurvatureRoot curvature_root(EmpiricalRisk& risk, const Vector& w);

}  // namespace plumbline
