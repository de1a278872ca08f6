#pragma once

#include <vector>

#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A column that those before it give.
struct DependentColumn {
  Eigen::Index column = 0;
  double left = 0;    ///< its distance from their span, relative to its length about the mean
  Vector on_earlier;  ///< coefficients on the independent columns before it
};

/// Columns of a small matrix taken in order, each kept if it is independent of those kept before it (Gram-Schmidt, done
/// twice, so that q stays orthogonal to rounding).
class ColumnBasis final {
 public:
  /// `order`: which columns of `a` (rows, any), first to last. Lengths are measured about the first column if
  /// `first_is_constant`, which is then the column of ones. Columns of zeros are left out. 4·rows·k² flops.
  ColumnBasis(const Matrix& a, const std::vector<Eigen::Index>& order, bool first_is_constant, double tolerance);

  const std::vector<Eigen::Index>& kept() const { return kept_; }
  const std::vector<DependentColumn>& dependent() const { return dependent_; }
  /// (k, k): T with a[kept] = Q T.
  Matrix triangle() const { return t_.topLeftCorner(count(), count()); }
  /// (k) lengths of the kept columns, about the first.
  const std::vector<double>& lengths() const { return lengths_; }

 private:
  Eigen::Index count() const { return static_cast<Eigen::Index>(kept_.size()); }

  Matrix q_, t_;
  std::vector<Eigen::Index> kept_;
  std::vector<double> lengths_;
  std::vector<DependentColumn> dependent_;
};

}  // namespace plumbline
