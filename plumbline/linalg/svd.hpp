#pragma once

#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A = U Σ Vᵀ of a small dense matrix (n, d), for pseudo-inverses. Singular values below 32·max(n, d)·u of the largest
/// count as 0. About 20·d³ flops.
class SingularValues final {
 public:
  explicit SingularValues(const Matrix& a);

  Eigen::Index rank() const { return rank_; }
  /// σ_1/σ_rank; 1 for a matrix of zeros.
  double condition() const;
  /// A⁺ v: the least-squares solution of minimum norm (the Moore-Penrose pseudo-inverse, subject C.4.2).
  Vector pseudo_solve(const Vector& v) const;
  /// V Vᵀ v over the rank: the part of v that A sees.
  Vector row_space_part(const Vector& v) const;
  /// B = V Σ⁺ with (AᵀA)⁺ = B Bᵀ.
  Matrix inverse_root() const;

 private:
  Matrix u_, v_;
  Vector values_;
  Eigen::Index rank_ = 0;
};

}  // namespace plumbline
