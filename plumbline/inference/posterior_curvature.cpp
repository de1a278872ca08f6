#include "plumbline/inference/posterior_curvature.hpp"

#include <algorithm>
#include <limits>
#include <variant>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/dense_cell.hpp"
#include "plumbline/inference/fitted_linear.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/linalg/svd.hpp"
#include "plumbline/linalg/triangular_qr.hpp"
#include "plumbline/objective/eta_pass.hpp"
#include "plumbline/objective/residual_qr.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Diagonals of a triangular factor of columns of norm 1 that are further apart ask for the singular values.
constexpr double kSuspectDiagonal = 1e-10;
/// A Hessian of unit diagonal with a condition beyond this is singular as far as rounding can tell.
constexpr double kHopelessCondition = 1e14;

/// R⁻¹ of the columns that carry something, each at norm 1; false where they depend on each other, and then the
/// pseudo-inverse's.
bool invert_factor(const Matrix& factor, Matrix& root) {
  const Vector diagonal = factor.diagonal().cwiseAbs();
  if (diagonal.size() == 0 || diagonal.minCoeff() > kSuspectDiagonal * diagonal.maxCoeff()) {
    root = factor.triangularView<Eigen::Upper>().solve(Matrix::Identity(factor.rows(), factor.cols()));
    return true;
  }
  const SingularValues values(factor);
  root = values.inverse_root();
  return values.rank() == factor.cols();
}

/// B (d, r) from the triangular factor of [√S X̃; penalty].
Matrix inverse_of_normal_matrix(const Matrix& factor, bool& full_rank) {
  std::vector<Index> carrying;
  for (Index j = 0; j < factor.cols(); ++j) {
    if (factor.col(j).squaredNorm() > 0) carrying.push_back(j);
  }
  const auto count = static_cast<Index>(carrying.size());
  Matrix columns(factor.rows(), count);
  Vector size(count);
  for (Index c = 0; c < count; ++c) {
    const auto column = factor.col(carrying[static_cast<std::size_t>(c)]);
    size[c] = column.norm();
    columns.col(c) = column / size[c];
  }
  Matrix triangular = Matrix::Zero(count, count);
  append_rows(triangular, columns);
  Matrix root;
  full_rank = invert_factor(triangular, root);
  Matrix inverse_root = Matrix::Zero(factor.cols(), root.cols());
  for (Index c = 0; c < count; ++c) {
    inverse_root.row(carrying[static_cast<std::size_t>(c)]) = root.row(c) / size[c];
  }
  return inverse_root;
}

double residual_squares_at(EmpiricalRisk& risk, const Vector& w, Progress& progress) {
  const Loss loss = risk.loss();
  EtaPassRequest request;
  request.loss = &loss;
  request.from = risk.predictors(w);
  return 2 * run_eta_pass(risk.source(), request, progress).loss;
}

void add_row(const DenseView& x, std::size_t row, const Coordinates& at, Vector& result) {
  for (std::size_t j = 0; j < at.features(); ++j) result[static_cast<Index>(j)] += dense_cell(x, row, j);
}

void add_row(const CsrView& x, std::size_t row, const Coordinates&, Vector& result) {
  for (std::uint64_t q = x.offsets[row]; q < x.offsets[row + 1]; ++q) result[x.indices[q]] += x.values[q];
}

}  // namespace

Vector solver_weights(const EmpiricalRisk& risk, const LinearSolution& solution) {
  const std::size_t p = risk.coordinates().features(), outputs = risk.outputs();
  require(solution.coefficients.size() == p * outputs && solution.center_intercept.size() == outputs, "solver_weights",
          "solution", "of the risk's shape");
  FittedLinear fitted;
  fitted.coordinates = risk.coordinates();
  fitted.loss = risk.loss();
  fitted.solution = solution;
  return solver_weights(fitted);
}

Vector row_in_coordinates(const Coordinates& at, const RowBlock& block, std::size_t row) {
  require(row < block.rows, "row_in_coordinates", "row", "one of the block");
  Vector result = Vector::Zero(static_cast<Index>(at.dimension()));
  std::visit([&](const auto& x) { add_row(x, row, at, result); }, block.x);
  for (std::size_t j = 0; j < at.features(); ++j) {
    double& cell = result[static_cast<Index>(j)];
    cell = at.scale[j] == 0 ? 0 : (cell - at.center[j]) * at.scale[j];
  }
  if (at.intercept) result[static_cast<Index>(at.features())] = 1;
  return result;
}

LeastSquaresRoot least_squares_root(EmpiricalRisk& risk, const Vector& w, Progress& progress) {
  require(risk.is_quadratic(), "least_squares_root", "risk", "of the squared loss");
  LeastSquaresRoot result;
  result.w = w;
  const Index d = w.size();
  const Matrix factor = residual_triangular_factor(risk, risk.source(), w, progress);
  result.inverse_root = inverse_of_normal_matrix(factor.leftCols(d), result.full_rank);
  result.effective_parameters = static_cast<double>(result.inverse_root.cols());
  for (std::size_t j = 0; j < risk.coordinates().features(); ++j) {
    const double penalty = risk.weight_sum() * risk.l2() * risk.coordinates().penalty_factor[j];
    result.effective_parameters -= penalty * result.inverse_root.row(static_cast<Index>(j)).squaredNorm();
  }
  result.residual_squares = residual_squares_at(risk, w, progress);
  const double freedom = risk.weight_sum() - result.effective_parameters;
  // What rounding leaves of n − rank is no freedom.
  const bool any = freedom > 1e-9 * risk.weight_sum();
  result.residual_variance = any ? result.residual_squares / freedom : std::numeric_limits<double>::quiet_NaN();
  return result;
}

Vector CurvatureRoot::solve(const Vector& v) const {
  Vector solution(v.size());
  Index begin = 0;
  for (const Matrix& root : blocks) {
    solution.segment(begin, root.rows()) = root * (root.transpose() * v.segment(begin, root.rows()));
    begin += root.rows();
  }
  return solution;
}

Matrix CurvatureRoot::rotation() const {
  const auto d = static_cast<Index>(width), count = static_cast<Index>(outputs);
  const Index columns = blocks.front().cols();
  Matrix result(d, count * columns);
  for (Index k = 0; k < count; ++k) {
    result.middleCols(k * columns, columns) =
        mixes() ? Matrix(blocks.front().middleRows(k * d, d)) : blocks[static_cast<std::size_t>(k)];
  }
  return result;
}

CurvatureRoot curvature_root(EmpiricalRisk& risk, const Vector& w) {
  require(risk.traits().smooth, "curvature_root", "risk", "of a loss with a second derivative");
  CurvatureRoot result;
  result.outputs = risk.outputs();
  result.width = risk.width();
  Vector gradient;
  BlockHessian hessian;
  (void)risk.value_gradient_hessian(w, gradient, hessian);
  for (Matrix& block : hessian.blocks) {
    const BlockCholesky factor({std::move(block)});
    result.definite =
        result.definite && factor.finite() && factor.shift() == 0 && factor.condition() < kHopelessCondition;
    result.blocks.push_back(factor.inverse_root());
  }
  return result;
}

}  // namespace plumbline
