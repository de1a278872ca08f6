#include "plumbline/diagnostics/column_basis.hpp"

namespace plumbline {

using Eigen::Index;

ColumnBasis::ColumnBasis(const Matrix& a, const std::vector<Index>& order, bool first_is_constant, double tolerance)
    : q_(a.rows(), static_cast<Index>(order.size())),
      t_(Matrix::Zero(static_cast<Index>(order.size()), static_cast<Index>(order.size()))) {
  for (const Index j : order) {
    if (a.col(j).isZero(0)) continue;
    const Index k = count();
    Vector left = a.col(j), along = Vector::Zero(k);
    for (int sweep = 0; sweep < 2 && k > 0; ++sweep) {
      const Vector step = q_.leftCols(k).transpose() * left;
      left -= q_.leftCols(k) * step;
      along += step;
    }
    const bool centred = first_is_constant && k > 0;
    const double length = centred ? (a.col(j) - q_.col(0) * along[0]).norm() : a.col(j).norm();
    if (left.norm() <= tolerance * length) {
      const auto upper = t_.topLeftCorner(k, k).triangularView<Eigen::Upper>();
      dependent_.push_back({j, length > 0 ? left.norm() / length : 0, upper.solve(along)});
      continue;
    }
    q_.col(k) = left.normalized();
    t_.col(k).head(k) = along;
    t_(k, k) = left.norm();
    kept_.push_back(j);
    lengths_.push_back(length);
  }
}

}  // namespace plumbline
