#include "plumbline/objective/residual_qr.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/linalg/triangular_qr.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Rows of X̃ written out, the column of ones included.
void spread(const DenseView& x, const Coordinates& at, Matrix& rows) {
  DenseTile tile(x.rows, at.dimension());
  load_tile(x, at.center.data(), at.scale.data(), at.intercept, tile);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < at.dimension(); ++j)
      rows(static_cast<Index>(i), static_cast<Index>(j)) = tile.row(i)[j];
  }
}

void spread(const CsrView& x, const Coordinates& at, Matrix& rows) {
  for (std::size_t i = 0; i < x.rows; ++i) {
    const Index row = static_cast<Index>(i);
    for (std::size_t j = 0; j < at.features(); ++j) rows(row, static_cast<Index>(j)) = -at.center[j] * at.scale[j];
    for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) {
      const std::size_t j = x.indices[q];
      rows(row, static_cast<Index>(j)) = (x.values[q] - at.center[j]) * at.scale[j];
    }
    if (at.intercept) rows(row, static_cast<Index>(at.features())) = 1;
  }
}

class QrPartial final : public Partial {
 public:
  QrPartial(const Coordinates& coordinates, const Vector& w) : coordinates_(coordinates), w_(w) { reset(); }
  void reset() override { factor = Matrix::Zero(w_.size() + 1, w_.size() + 1); }
  void merge(Partial& right) override { append_rows(factor, static_cast<const QrPartial&>(right).factor); }
  void add(const RowBlock& leaf) {
    Matrix rows(static_cast<Index>(leaf.rows), w_.size() + 1);
    std::visit([&](const auto& x) { spread(x, coordinates_, rows); }, leaf.x);
    rows.col(w_.size()) = Eigen::Map<const Vector>(leaf.target, rows.rows()) - rows.leftCols(w_.size()) * w_;
    for (Index i = 0; leaf.row_weight != nullptr && i < rows.rows(); ++i) rows.row(i) *= std::sqrt(leaf.row_weight[i]);
    append_rows(factor, rows);
  }

  Matrix factor;

 private:
  const Coordinates& coordinates_;
  const Vector& w_;
};

}  // namespace

Matrix residual_triangular_factor(const EmpiricalRisk& risk, RowSource& source, const Vector& w, Progress& progress) {
  const Coordinates& at = risk.coordinates();
  const Index d = w.size();
  const auto root = reduce_rows<QrPartial>(source, std::max<std::size_t>(2048, at.dimension()), progress,
                                           [&] { return std::make_unique<QrPartial>(at, w); });
  Matrix factor = std::move(root->factor);
  if (risk.l2() == 0) return factor;
  Matrix penalty = Matrix::Zero(d, d + 1);
  for (Index j = 0; j < static_cast<Index>(at.features()); ++j) {
    const double root_strength =
        std::sqrt(risk.weight_sum() * risk.l2() * at.penalty_factor[static_cast<std::size_t>(j)]);
    penalty(j, j) = root_strength;
    penalty(j, d) = -root_strength * w[j];
  }
  append_rows(factor, penalty);
  return factor;
}

}  // namespace plumbline
