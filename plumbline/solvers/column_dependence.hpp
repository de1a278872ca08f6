#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// What a QR of the rows says of columns that depend on each other; for l2 = 0, whatever the loss. One pass over X.
class ColumnDependence final {
 public:
  ColumnDependence(EmpiricalRisk& risk, Progress& progress);

  /// Sets of coordinates (j < p: a feature, p: the intercept); empty at full rank.
  const std::vector<std::vector<Eigen::Index>>& sets() const { return sets_; }
  /// Of the weights that predict what w does, those of minimum norm, output by output.
  Vector minimum_norm(const Vector& w) const;

 private:
  Matrix factor_;  ///< (d, d), triangular
  std::vector<std::vector<Eigen::Index>> sets_;
};

}  // namespace plumbline
