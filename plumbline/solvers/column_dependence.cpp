#include "plumbline/solvers/column_dependence.hpp"

#include "plumbline/linalg/svd.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

using Eigen::Index;

ColumnDependence::ColumnDependence(EmpiricalRisk& risk, Progress& progress) {
  const auto d = static_cast<Index>(risk.width());
  // The target in it is of no interest.
  const Matrix factor = residual_triangular_factor(risk, risk.source(), Vector::Zero(d), progress);
  sets_ = dependent_columns(risk, factor);
  factor_ = factor.topLeftCorner(d, d);
}

Vector ColumnDependence::minimum_norm(const Vector& w) const {
  const SingularValues rows(factor_);
  Vector least = w;
  for (Index begin = 0; begin < w.size(); begin += factor_.cols()) {
    least.segment(begin, factor_.cols()) = rows.row_space_part(w.segment(begin, factor_.cols()));
  }
  return least;
}

}  // namespace plumbline
