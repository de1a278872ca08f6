#include "plumbline/inference/information.hpp"

#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/inference/row_figures.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/linalg/decompositions.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/objective/risk_pass.hpp"
#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Beyond this condition of the information (the square of X's) it is worth a QR of the rows to see whether columns
/// depend on each other.
constexpr double kSuspectCondition = 1e10;
/// A combination with less than this share in the null space is determined: the null space itself is known to some
/// 1e-14 times the condition of what is left.
constexpr double kDeterminedShare = 1e-8;

/// X̃ᵀ diag(s weight) X̃.
Matrix weighted_gram(EmpiricalRisk& risk, const std::vector<double>& weight, Progress& progress) {
  RiskPassRequest request;
  request.loss = &risk.loss();
  request.coordinates = &risk.coordinates();
  request.gram_weight = weight.data();
  request.hessian = true;
  const RiskSums sums = run_risk_pass(risk.source(), request, progress);
  return Eigen::Map<const Matrix>(sums.hessian[0].data(), index(risk.width()), index(risk.width()));
}

bool has_expected_information(const Loss& loss) {
  return std::holds_alternative<ProbitLoss>(loss) || std::holds_alternative<CloglogLoss>(loss);
}

/// Σs times the Hessian of the risk, or its expectation.
std::vector<Matrix> information_blocks(EmpiricalRisk& risk, const Vector& w, Information kind, Progress& progress) {
  if (kind == Information::expected && has_expected_information(risk.loss())) {
    const std::vector<double> weight = row_curvatures(risk.source(), risk.loss(), true, risk.predictors(w));
    return {weighted_gram(risk, weight, progress)};
  }
  require(kind == Information::observed || !std::holds_alternative<HeteroscedasticLoss>(risk.loss()),
          "invert_information", "kind", "observed for this loss");
  Vector gradient;
  BlockHessian hessian;
  (void)risk.value_gradient_hessian(w, gradient, hessian);
  for (Matrix& block : hessian.blocks) block *= risk.weight_sum();
  return std::move(hessian.blocks);
}

/// (d, carrying): the unit vectors of the coordinates that carry something.
Matrix carrying_basis(const Coordinates& at) {
  std::vector<Index> carrying;
  for (std::size_t j = 0; j < at.dimension(); ++j) {
    if (j >= at.features() || at.scale[j] != 0) carrying.push_back(index(j));
  }
  Matrix basis = Matrix::Zero(index(at.dimension()), index(carrying.size()));
  for (std::size_t column = 0; column < carrying.size(); ++column) basis(carrying[column], index(column)) = 1;
  return basis;
}

/// (K, K − 1) orthonormal, columns that sum to zero, for softmax; else the unit matrix.
Matrix output_basis(const EmpiricalRisk& risk) {
  const Index outputs = index(risk.outputs());
  if (!risk.is_shift_invariant()) return Matrix::Identity(outputs, outputs);
  Matrix helmert = Matrix::Zero(outputs, outputs - 1);
  for (Index a = 0; a + 1 < outputs; ++a) {
    const double size = static_cast<double>(a + 1);
    helmert.col(a).head(a + 1).setConstant(1 / std::sqrt(size * (size + 1)));
    helmert(a + 1, a) = -size / std::sqrt(size * (size + 1));
  }
  return helmert;
}

/// outputs ⊗ coordinates.
Matrix kronecker(const Matrix& outputs, const Matrix& coordinates) {
  Matrix product(outputs.rows() * coordinates.rows(), outputs.cols() * coordinates.cols());
  for (Index a = 0; a < outputs.rows(); ++a) {
    for (Index b = 0; b < outputs.cols(); ++b) {
      product.block(a * coordinates.rows(), b * coordinates.cols(), coordinates.rows(), coordinates.cols()) =
          outputs(a, b) * coordinates;
    }
  }
  return product;
}

/// Roots of the inverses of PᵀAP, times P. False where that is not definite to working precision.
struct Inversion {
  std::vector<Matrix> roots;
  double condition = 1;
  bool definite = true;
};
Inversion invert_on(const std::vector<Matrix>& information, const Matrix& basis) {
  Inversion result;
  for (const Matrix& block : information) {
    const BlockCholesky factor({basis.transpose() * block * basis});
    result.definite = result.definite && factor.finite() && factor.shift() == 0;
    if (!factor.finite()) return result;
    result.condition = std::max(result.condition, factor.condition());
    result.roots.push_back(basis * factor.inverse_root());
  }
  return result;
}

/// Orthonormal bases of the coordinates that the rows tell apart, and of those they do not, from a QR of the rows.
struct RowSpace {
  Matrix determined, null_space;
};
RowSpace row_space(EmpiricalRisk& risk, const Matrix& carrying, Progress& progress) {
  const Index d = index(risk.width());
  const Matrix factor = residual_triangular_factor(risk, risk.source(), Vector::Zero(d), progress);
  const Index dependent = index(dependent_columns(risk, factor).size());
  if (dependent == 0) return {carrying, Matrix::Zero(d, 0)};
  const Matrix upper = factor.topLeftCorner(d, d) * carrying;
  const Vector norm = upper.colwise().norm().cwiseMax(std::numeric_limits<double>::min());
  const Matrix unseen = right_singular(upper * norm.cwiseInverse().asDiagonal()).vectors.rightCols(dependent);
  const Matrix scaled = norm.cwiseInverse().asDiagonal() * unseen;
  const Matrix all = orthogonal_factor(scaled);
  return {carrying * all.rightCols(scaled.rows() - dependent), carrying * all.leftCols(dependent)};
}

}  // namespace

InformationRoot invert_information(EmpiricalRisk& risk, const Vector& w, Information kind, Progress& progress) {
  require(risk.l2() == 0, "invert_information", "risk", "without a penalty");
  const std::vector<Matrix> information = information_blocks(risk, w, kind, progress);
  const bool together = mixes_outputs(risk.loss());
  const auto widen = [&](const Matrix& basis) { return together ? kronecker(output_basis(risk), basis) : basis; };
  RowSpace space{carrying_basis(risk.coordinates()), Matrix::Zero(index(risk.width()), 0)};
  Inversion inversion = invert_on(information, widen(space.determined));
  if (!inversion.definite || inversion.condition > kSuspectCondition) {
    space = row_space(risk, space.determined, progress);
    if (space.null_space.cols() > 0) inversion = invert_on(information, widen(space.determined));
  }
  InformationRoot result;
  result.rank = static_cast<std::size_t>(space.determined.cols());
  result.null_space = std::move(space.null_space);
  result.singular = !inversion.definite;
  if (!result.singular) result.blocks = std::move(inversion.roots);
  return result;
}

std::vector<Undetermined> determined_coordinates(const Coordinates& at, const Matrix& null_space) {
  std::vector<Undetermined> state(at.dimension(), Undetermined::no);
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.scale[j] == 0) {
      state[j] = Undetermined::constant;
    } else if (null_space.row(index(j)).norm() > kDeterminedShare) {
      state[j] = Undetermined::collinear;
    }
  }
  if (!at.intercept || null_space.cols() == 0) return state;
  Vector functional = Vector::Zero(index(at.dimension()));
  functional[index(at.features())] = 1;
  for (std::size_t j = 0; j < at.features(); ++j) functional[index(j)] = -at.center[j] * at.scale[j];
  if ((functional.transpose() * null_space).norm() > kDeterminedShare * functional.norm()) {
    state[at.features()] = Undetermined::collinear;
  }
  return state;
}

}  // namespace plumbline
