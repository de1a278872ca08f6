#include "plumbline/linalg/triangular_qr.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

namespace plumbline {

namespace {

using Eigen::Index;

/// A column is taken as dependent when what is left of it, relative to its length, is rounding of a sum of d products.
double rank_tolerance(Index d) { return 32 * static_cast<double>(d) * std::numeric_limits<double>::epsilon(); }

/// Coefficients below this in the relation that ties a dependent column do not name a column.
constexpr double kNamed = 1e-7;

}  // namespace

void append_rows(Matrix& r, const Matrix& rows) {
  Matrix stacked(r.rows() + rows.rows(), r.cols());
  stacked << r, rows;
  const Eigen::HouseholderQR<Eigen::Ref<Matrix>> qr(stacked);
  r = stacked.topRows(r.rows()).triangularView<Eigen::Upper>();
}

TriangularSolution solve_triangular_least_squares(const Matrix& r_with_target) {
  const Index d = r_with_target.cols() - 1;
  TriangularSolution result;
  Vector scale = r_with_target.topLeftCorner(d, d).colwise().norm();
  for (Index j = 0; j < d; ++j) scale[j] = scale[j] > 0 ? 1 / scale[j] : 1;
  const Matrix scaled = r_with_target.topLeftCorner(d, d) * scale.asDiagonal();
  const Vector target = r_with_target.col(d).head(d);

  Eigen::ColPivHouseholderQR<Matrix> qr(scaled);
  qr.setThreshold(rank_tolerance(d));
  result.rank = qr.rank();
  const Index k = result.rank;
  const auto factor = qr.matrixR();
  if (k > 0) result.condition = std::fabs(factor(0, 0) / factor(k - 1, k - 1));
  if (k == d) {
    result.solution = scale.asDiagonal() * Vector(qr.solve(target));
    return result;
  }
  const Matrix relation =
      factor.topLeftCorner(k, k).triangularView<Eigen::Upper>().solve(factor.topRightCorner(k, d - k));
  const auto& order = qr.colsPermutation().indices();
  for (Index q = 0; q < d - k; ++q) {
    std::vector<Index> members{order[k + q]};
    for (Index i = 0; i < k; ++i) {
      if (std::fabs(relation(i, q)) > kNamed) members.push_back(order[i]);
    }
    result.dependent_sets.push_back(std::move(members));
  }
  // Minimum norm is meant in the coordinates that came in, not in the scaled ones.
  Eigen::CompleteOrthogonalDecomposition<Matrix> complete(r_with_target.topLeftCorner(d, d));
  complete.setThreshold(rank_tolerance(d));
  result.solution = complete.solve(target);
  return result;
}

Vector solve_seminormal(const Matrix& r, const Vector& v) {
  const auto upper = r.triangularView<Eigen::Upper>();
  return upper.solve(Vector(upper.transpose().solve(v)));
}

}  // namespace plumbline
