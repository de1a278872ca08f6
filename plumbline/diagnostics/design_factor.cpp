#include "plumbline/diagnostics/design_factor.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "plumbline/core/buffer.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/objective/residual_qr.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Reciprocal condition of the Gram matrix below which its factor has lost half its digits.
constexpr double kSureCondition = 1e-8;

/// The same rows with a target of 0, so that one risk serves every task.
class WithoutTarget final : public RowSource {
 public:
  explicit WithoutTarget(RowSource& rows) : rows_(rows), zeros_(std::max<std::size_t>(rows.rows(), 1)) {}
  std::size_t rows() const override { return rows_.rows(); }
  std::size_t columns() const override { return rows_.columns(); }
  std::size_t target_width() const override { return 1; }
  bool sparse() const override { return rows_.sparse(); }
  void rewind() override { rows_.rewind(); }
  bool next(RowBlock& block) override {
    if (!rows_.next(block)) return false;
    block.target = zeros_.data();
    return true;
  }

 private:
  RowSource& rows_;
  Buffer<double> zeros_;
};

void clear_empty_columns(const Coordinates& at, Matrix& a) {
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.scale[j] != 0) continue;
    a.col(static_cast<Index>(j)).setZero();
    a.row(static_cast<Index>(j)).setZero();
  }
}

}  // namespace

DesignFactor design_factor(RowSource& source, const Coordinates& at, double weight_sum, Progress& progress) {
  WithoutTarget rows(source);
  EmpiricalRisk risk(rows, at, SquaredLoss{}, 0, weight_sum);
  risk.listen_to(progress);
  const Vector none = Vector::Zero(risk.dimension());
  Vector gradient;
  BlockHessian hessian;
  risk.value_gradient_hessian(none, gradient, hessian);  // of an empty column: 1 on the diagonal
  DesignFactor result;
  result.gram = hessian.blocks[0].selfadjointView<Eigen::Upper>();
  result.gram *= weight_sum;
  const Eigen::LLT<Matrix> cholesky(result.gram);
  result.by_qr = cholesky.info() != Eigen::Success || !(cholesky.rcond() > kSureCondition);
  if (result.by_qr) {
    const Index d = risk.dimension();
    result.factor = residual_triangular_factor(risk, rows, none, progress).topLeftCorner(d, d);
  } else {
    result.factor = cholesky.matrixU();
    clear_empty_columns(at, result.factor);
  }
  clear_empty_columns(at, result.gram);
  return result;
}

std::vector<CorrelatedPair> correlated_pairs(const Matrix& gram, const Vector& mean, double weight_sum, double least) {
  std::vector<CorrelatedPair> pairs;
  const Index p = mean.size();
  const Vector variance = gram.diagonal().head(p) / weight_sum - mean.cwiseAbs2();
  for (Index b = 0; b < p; ++b) {
    for (Index a = 0; a < b; ++a) {
      const double size = std::sqrt(variance[a] * variance[b]);
      if (!(size > 0)) continue;
      const double r = (gram(a, b) / weight_sum - mean[a] * mean[b]) / size;
      if (std::fabs(r) >= least) {
        pairs.push_back({static_cast<std::size_t>(a), static_cast<std::size_t>(b), std::clamp(r, -1.0, 1.0)});
      }
    }
  }
  return pairs;
}

}  // namespace plumbline
