#pragma once

#include "plumbline/linalg/types.hpp"

namespace plumbline {

// Eigen's decompositions behind plain functions: each of them takes seconds to compile, here once.

/// A = V diag(λ) Vᵀ of a symmetric matrix (d, d), of which the lower triangle is read. About 9·d³ flops.
struct SymmetricEigen {
  Vector values;   ///< (d), ascending
  Matrix vectors;  ///< (d, d), orthonormal columns
};
SymmetricEigen symmetric_eigen(const Matrix& a);

/// A = U diag(values) Vᵀ, all min(n, d) of them. About 20·d³ flops for n = d.
struct ThinSingular {
  Matrix u, v;    ///< (n, min(n, d)), (d, min(n, d)), orthonormal columns
  Vector values;  ///< (min(n, d)), descending
};
ThinSingular thin_singular(const Matrix& a);

/// The right half of A = U Σ Vᵀ for A (n, d). About 12·d³ flops for n = d.
struct RightSingular {
  Vector values;   ///< (min(n, d)), descending
  Matrix vectors;  ///< V (d, d), orthonormal columns; the last d − n of them, if any, span what A does not see
};
RightSingular right_singular(const Matrix& a);

/// Q (n, n) of A = Q R by Householder reflections: its first columns span A (n, d), d <= n, of full rank, the others
/// what is orthogonal to it. 4·n³ flops.
Matrix orthogonal_factor(const Matrix& a);

/// R (min(n, d), d) of A = Q R, upper triangular, of any signs. 2·n·d² flops.
Matrix triangular_factor(const Matrix& a);

}  // namespace plumbline
