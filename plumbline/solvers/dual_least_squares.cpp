#include "plumbline/solvers/dual_least_squares.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/linalg/svd.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Standardised features and the target about `intercept`, rows times the root of their weight.
struct MaterialisedRows {
  Matrix x;  ///< (p, n): a row is a column, as it is read
  Vector target;
};

void spread(const DenseView& x, const Coordinates& at, Eigen::Ref<Matrix> rows) {
  const std::size_t most = tile_rows(padded(x.columns));
  DenseTile tile(most, x.columns);
  for (std::size_t begin = 0; begin < x.rows; begin += most) {
    DenseView part = x;
    part.data = x.row(begin);
    part.rows = std::min(most, x.rows - begin);
    load_tile(part, at.center.data(), at.scale.data(), false, tile);
    for (std::size_t i = 0; i < part.rows; ++i) {
      rows.col(static_cast<Index>(begin + i)) = Eigen::Map<const Vector>(tile.row(i), rows.rows());
    }
  }
}

void spread(const CsrView& x, const Coordinates& at, Eigen::Ref<Matrix> rows) {
  const Eigen::Map<const Vector> center(at.center.data(), rows.rows());
  const Eigen::Map<const Vector> scale(at.scale.data(), rows.rows());
  rows.colwise() = Vector(-center.cwiseProduct(scale));
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) {
      const std::size_t j = x.indices[q];
      rows(static_cast<Index>(j), static_cast<Index>(i)) = (x.values[q] - at.center[j]) * at.scale[j];
    }
  }
}

MaterialisedRows materialise(EmpiricalRisk& risk, double intercept) {
  RowSource& source = risk.source();
  MaterialisedRows all;
  all.x = Matrix(static_cast<Index>(source.columns()), static_cast<Index>(source.rows()));
  all.target = Vector(all.x.cols());
  Index begin = 0;
  source.rewind();
  for (RowBlock block; source.next(block);) {
    const auto count = static_cast<Index>(block.rows);
    std::visit([&](const auto& x) { spread(x, risk.coordinates(), all.x.middleCols(begin, count)); }, block.x);
    all.target.segment(begin, count) = Eigen::Map<const Vector>(block.target, count).array() - intercept;
    if (block.row_weight != nullptr) {
      const Vector root = Eigen::Map<const Vector>(block.row_weight, count).cwiseSqrt();
      all.x.middleCols(begin, count) *= root.asDiagonal();
      all.target.segment(begin, count).array() *= root.array();
    }
    begin += count;
  }
  return all;
}

void refuse_misfit(EmpiricalRisk& risk) {
  const double rows = static_cast<double>(risk.source().rows());
  const double cells = rows * (rows + static_cast<double>(risk.source().columns()));
  if (cells > kMostDualCells) {
    throw UsageError(
        fmt::format("--solver dual would need {:.2g} numbers in memory, all of X and n × n; use cholesky, "
                    "qr or lbfgs",
                    cells));
  }
  const std::vector<double>& factors = risk.coordinates().penalty_factor;
  if (risk.l2() > 0 && std::any_of(factors.begin(), factors.end(), [](double f) { return !(f > 0); })) {
    throw UsageError("--solver dual needs every feature penalised, and a penalty factor is 0; use cholesky or qr");
  }
}

/// Kernel matrix A Aᵀ.
Matrix kernel(const Matrix& x) {
  Matrix products = Matrix::Zero(x.cols(), x.cols());
  products.selfadjointView<Eigen::Lower>().rankUpdate(x.transpose());
  return products;
}

/// Minimum norm at l2 = 0: A⁺ = Aᵀ (A Aᵀ)⁺, with the eigenvectors of A Aᵀ and the roots of its eigenvalues from the
/// singular values of A, which lose no digits of the small ones.
void solve_unpenalised(EmpiricalRisk& risk, const MaterialisedRows& rows, SolverRun& run) {
  const SingularValues singular(rows.x.transpose());
  run.w.head(rows.x.rows()) = singular.pseudo_solve(rows.target);
  const std::vector<double>& scale = risk.coordinates().scale;
  const auto features = static_cast<std::ptrdiff_t>(risk.coordinates().features());
  const std::ptrdiff_t empty = std::count(scale.begin(), scale.begin() + features, 0.0);
  if (singular.rank() < features - empty) run.ended = Verdict::rank_deficient;
  run.condition = singular.condition();
  run.value = risk.value_gradient(run.w, run.gradient);
}

void solve_penalised(EmpiricalRisk& risk, MaterialisedRows& rows, const Monitor& monitor, SolverRun& run) {
  const Vector root_factor =
      Eigen::Map<const Vector>(risk.coordinates().penalty_factor.data(), rows.x.rows()).cwiseSqrt();
  rows.x = root_factor.cwiseInverse().asDiagonal() * rows.x;
  Matrix matrix = kernel(rows.x);
  matrix.diagonal().array() += risk.weight_sum() * risk.l2();
  const Eigen::LLT<Matrix> factor(matrix);
  if (factor.info() != Eigen::Success) {
    run.ended = Verdict::non_finite;
    run.value = risk.value_gradient(run.w, run.gradient);
    return;
  }
  const Index p = rows.x.rows();
  run.w.head(p) = (rows.x * factor.solve(rows.target)).cwiseQuotient(root_factor);
  // H⁻¹ = F^(−½) (I − Aᵀ(A Aᵀ + Σs·l2·I)⁻¹A) F^(−½)/l2 (Woodbury); the intercept stands apart, with curvature 1.
  const auto solve = [&](const Vector& gradient) {
    const Vector scaled = gradient.head(p).cwiseQuotient(root_factor);
    Vector step = gradient;
    step.head(p) = (scaled - rows.x * factor.solve(rows.x.transpose() * scaled)).cwiseQuotient(root_factor) / risk.l2();
    return step;
  };
  refine_least_squares(risk, solve, monitor, run);
}

}  // namespace

LeastSquaresRun solve_by_dual(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor) {
  refuse_misfit(risk);
  LeastSquaresRun result;
  result.solver = "dual";
  SolverRun& run = result.run;
  run.w = start;
  run.iterations = 1;
  MaterialisedRows rows = materialise(risk, risk.coordinates().intercept ? start[start.size() - 1] : 0);
  if (!rows.x.allFinite() || !rows.target.allFinite()) {
    run.ended = Verdict::non_finite;
    run.value = risk.value_gradient(run.w, run.gradient);
  } else if (risk.l2() > 0) {
    solve_penalised(risk, rows, monitor, run);
  } else {
    solve_unpenalised(risk, rows, run);
  }
  return result;
}

}  // namespace plumbline
