#pragma once

#include <vector>

#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// R ← the triangular factor of [R; rows] by Householder reflections, R upper triangular (d, d), rows (any, d). The
/// step of a tall-skinny QR (Demmel, Grigori, Hoemmen and Langou 2012): Q is never formed. 2·rows·d² flops.
void append_rows(Matrix& r, const Matrix& rows);

/// Minimum-norm least squares from the triangular factor R (d + 1, d + 1) of [A y]: columns that depend on others to
/// working precision are found by column pivoting.
struct TriangularSolution {
  Vector solution;  ///< (d)
  Eigen::Index rank = 0;
  double condition = 1;  ///< of the independent columns, each scaled to norm 1
  /// For each dependent column: itself first, then the columns that it is a combination of.
  std::vector<std::vector<Eigen::Index>> dependent_sets;
};
TriangularSolution solve_triangular_least_squares(const Matrix& r_with_target);

/// x with RᵀR x = v, R upper triangular of full rank.
Vector solve_seminormal(const Matrix& r, const Vector& v);

}  // namespace plumbline
