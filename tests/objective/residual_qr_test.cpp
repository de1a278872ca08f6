#include "plumbline/objective/residual_qr.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>

#include "plumbline/parallel/parallel.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

/// Rows are the same up to sign.
Matrix positive_diagonal(Matrix r) {
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    if (r(i, i) < 0) r.row(i) = -r.row(i);
  }
  return r;
}

Matrix factor_of(Problem& problem, double l2, const Vector& w, std::size_t block_rows, Coordinates& at) {
  MemorySource source = problem.source(block_rows);
  const Moments moments = column_moments(source);
  at = standardized_coordinates(moments, true, false);
  const EmpiricalRisk risk(source, at, SquaredLoss{}, l2, moments.weight_sum);
  return residual_triangular_factor(risk, source, w, silent_progress());
}

/// The matrix of the header's formula, written out.
Matrix written_out(const Problem& problem, const Coordinates& at, double l2, const Vector& w) {
  const Oracle oracle(problem, at, l2);
  const auto n = static_cast<Eigen::Index>(problem.rows), d = w.size();
  Matrix all = Matrix::Zero(n + d, d + 1);
  const RealVector eta = oracle.design() * widened(w);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Real root = std::sqrt(oracle.weight(i));
    all.row(i).head(d) = (root * oracle.design().row(i)).cast<double>();
    all(i, d) = static_cast<double>(root * (problem.target[static_cast<std::size_t>(i)] - eta[i]));
  }
  for (Eigen::Index j = 0; j + 1 < d; ++j) {
    const Real strength = std::sqrt(oracle.weight_sum() * l2 * at.penalty_factor[static_cast<std::size_t>(j)]);
    all(n + j, j) = static_cast<double>(strength);
    all(n + j, d) = static_cast<double>(-strength * w[j]);
  }
  return all;
}

// Householder QR is backward stable: a few times d·u of the norm; well conditioned, so the factors agree as well.
TEST(ResidualQr, IsTheFactorOfTheMatrixWrittenOut) {
  for (const Storage storage : {Storage::f64, Storage::f32, Storage::byte, Storage::csr}) {
    for (const bool weighted : {false, true}) {
      for (const double l2 : {0.0, 0.3}) {
        Problem problem = random_problem({70, 5, LossKind::squared, storage, weighted}, 41);
        Vector w(6);
        w << 1, -2, 0.5, 0, 3, -1;
        Coordinates at;
        const Matrix got = positive_diagonal(factor_of(problem, l2, w, 0, at));
        const Matrix all = written_out(problem, at, l2, w);
        const Matrix expected = positive_diagonal(
            Matrix(Eigen::HouseholderQR<Matrix>(all).matrixQR().topRows(7).triangularView<Eigen::Upper>()));
        EXPECT_LE((got - expected).norm(), 1e-13 * expected.norm()) << name_of(storage) << weighted << l2;
      }
    }
  }
}

TEST(ResidualQr, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = random_problem({5000, 3, LossKind::squared, Storage::csr, true}, 42);
  const Vector w = Vector::Ones(4);
  Coordinates at;
  const Matrix expected = factor_of(problem, 0.1, w, 0, at);
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t block_rows : {1U, 7U, 3000U}) {
      EXPECT_TRUE(factor_of(problem, 0.1, w, block_rows, at) == expected) << threads << " " << block_rows;
    }
  }
}

TEST(ResidualQr, FewerRowsThanColumns) {
  Problem problem = random_problem({2, 5, LossKind::squared, Storage::f64, false}, 43);
  Coordinates at;
  const Vector w = Vector::Zero(6);
  const Matrix got = factor_of(problem, 0, w, 0, at);
  ASSERT_EQ(got.rows(), 7);
  const Matrix all = written_out(problem, at, 0, w);
  EXPECT_LE((got.transpose() * got - all.transpose() * all).norm(), 1e-13 * all.squaredNorm());
}

}  // namespace
}  // namespace plumbline::testing
