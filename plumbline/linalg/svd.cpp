#include "plumbline/linalg/svd.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "plumbline/linalg/decompositions.hpp"

namespace plumbline {

SingularValues::SingularValues(const Matrix& a) {
  ThinSingular svd = thin_singular(a);
  u_ = std::move(svd.u);
  v_ = std::move(svd.v);
  values_ = std::move(svd.values);
  if (values_.size() == 0) return;
  const double smallest =
      32 * static_cast<double>(std::max(a.rows(), a.cols())) * std::numeric_limits<double>::epsilon() * values_[0];
  while (rank_ < values_.size() && values_[rank_] > smallest) ++rank_;
}

double SingularValues::condition() const { return rank_ == 0 ? 1 : values_[0] / values_[rank_ - 1]; }

Vector SingularValues::pseudo_solve(const Vector& v) const {
  const Vector in_basis = (u_.leftCols(rank_).transpose() * v).cwiseQuotient(values_.head(rank_));
  return v_.leftCols(rank_) * in_basis;
}

Vector SingularValues::row_space_part(const Vector& v) const {
  return v_.leftCols(rank_) * (v_.leftCols(rank_).transpose() * v);
}

Matrix SingularValues::inverse_root() const {
  return v_.leftCols(rank_) * values_.head(rank_).cwiseInverse().asDiagonal();
}

}  // namespace plumbline
