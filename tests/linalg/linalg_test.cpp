#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/linalg/triangular_qr.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

Matrix random_matrix(Index rows, Index columns, Draws& draws) {
  Matrix matrix(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) matrix(i, j) = draws.normal();
  }
  return matrix;
}

Matrix random_definite(Index size, Draws& draws) {
  const Matrix root = random_matrix(size + 5, size, draws);
  return root.transpose() * root;
}

/// The square factor of [a y], as the streaming QR would leave it.
Matrix factor_of(const Matrix& a, const Vector& y) {
  Matrix rows(a.rows(), a.cols() + 1);
  rows << a, y;
  Matrix r = Matrix::Zero(a.cols() + 1, a.cols() + 1);
  append_rows(r, rows);
  return r;
}

TEST(BlockCholesky, SolvesEveryBlock) {
  Draws draws(1);
  const std::vector<Matrix> blocks{random_definite(3, draws), random_definite(7, draws), random_definite(1, draws)};
  const BlockCholesky factor(blocks);
  const Vector v = random_matrix(11, 1, draws);
  const Vector solution = factor.solve(v);
  // Condition numbers here are below 1e4, so 1e-11 relative leaves a factor ten.
  EXPECT_LE((blocks[0] * solution.head(3) - v.head(3)).norm(), 1e-11);
  EXPECT_LE((blocks[1] * solution.segment(3, 7) - v.segment(3, 7)).norm(), 1e-11);
  EXPECT_NEAR(solution[10], v[10] / blocks[2](0, 0), 1e-14 * std::fabs(solution[10]));
  EXPECT_EQ(factor.shift(), 0);
  EXPECT_TRUE(factor.finite());
  const double trace = blocks[0].inverse().trace() + blocks[1].inverse().trace() + blocks[2].inverse().trace();
  EXPECT_NEAR(factor.inverse_trace(), trace, 1e-10 * trace);
}

TEST(BlockCholesky, UnitsDoNotMatter) {
  Draws draws(2);
  const Matrix matrix = random_definite(5, draws);
  Vector units(5);
  units << 1e-150, 1e6, 1, 1e-6, 1e150;
  const BlockCholesky plain({matrix});
  const BlockCholesky scaled({units.asDiagonal() * matrix * units.asDiagonal()});
  EXPECT_NEAR(scaled.condition(), plain.condition(), 1e-9 * plain.condition());
  const Vector v = random_matrix(5, 1, draws);
  const Vector expected = plain.solve(v);
  const Vector got = units.cwiseProduct(scaled.solve(units.cwiseProduct(v)));
  EXPECT_LE((got - expected).norm(), 1e-11 * expected.norm());
}

TEST(BlockCholesky, ConditionIsRightWithinTheSize) {
  Draws draws(3);
  for (const double spread : {1.0, 1e3, 1e6, 1e9}) {
    const Index d = 6;
    const Matrix q = Eigen::HouseholderQR<Matrix>(random_matrix(d, d, draws)).householderQ();
    Vector values = Vector::Ones(d);
    values[0] = spread;
    const Matrix matrix = q * values.asDiagonal() * q.transpose();
    const Vector unit = matrix.diagonal().cwiseSqrt().cwiseInverse();
    const Matrix scaled = unit.asDiagonal() * matrix * unit.asDiagonal();
    const Vector singular = Eigen::JacobiSVD<Matrix>(scaled).singularValues();
    const double exact = singular[0] / singular[d - 1];
    const double estimate = BlockCholesky({matrix}).condition();
    EXPECT_GE(estimate, exact / static_cast<double>(d));
    EXPECT_LE(estimate, exact * static_cast<double>(d * d));
  }
}

TEST(BlockCholesky, TellsWhatItAddedToASingularBlock) {
  const Matrix singular = Matrix::Ones(3, 3);
  const BlockCholesky factor({Matrix::Identity(2, 2), singular});
  EXPECT_GT(factor.shift(), 0);
  EXPECT_LE(factor.shift(), 1e-13);
  // A right side in the range is still solved: A x = (3, 3, 3) has the solutions with Σx = 3.
  Vector v(5);
  v << 1, 2, 3, 3, 3;
  const Vector x = factor.solve(v);
  EXPECT_NEAR(x[2] + x[3] + x[4], 3, 1e-9);
  EXPECT_EQ(x[1], 2);
}

TEST(BlockCholesky, NotFiniteIsSaidOfAnyBlock) {
  Matrix bad = Matrix::Identity(2, 2);
  bad(0, 1) = bad(1, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(BlockCholesky({bad}).finite());
  EXPECT_FALSE(BlockCholesky({bad, Matrix::Identity(2, 2)}).finite());
  Matrix not_positive = Matrix::Identity(2, 2);
  not_positive(1, 1) = 0;
  EXPECT_FALSE(BlockCholesky({bad, not_positive}).finite()) << "a later block that is finite must not hide the NaN";
  Matrix infinite = Matrix::Identity(2, 2);
  infinite(0, 0) = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(BlockCholesky({infinite}).finite());
}

RC_GTEST_PROP(TriangularQr, AppendingInPiecesIsOneQr, ()) {
  Draws draws(*rc::gen::inRange<std::uint64_t>(1, 1000000));
  const Index d = *rc::gen::inRange(1, 8);
  const Matrix a = random_matrix(*rc::gen::inRange(1, 40), d, draws);
  Matrix r = Matrix::Zero(d, d);
  for (Index begin = 0; begin < a.rows();) {
    const Index count = std::min<Index>(a.rows() - begin, 1 + static_cast<Index>(draws.below(5)));
    append_rows(r, a.middleRows(begin, count));
    begin += count;
  }
  RC_ASSERT(r.isUpperTriangular(0));
  // RᵀR = AᵀA: backward error of Householder, a few times rows·d·u.
  const double size = a.squaredNorm();
  RC_ASSERT((r.transpose() * r - a.transpose() * a).norm() <= 1e-13 * size);
}

TEST(TriangularQr, FullRankSolutionIsThatOfTheSvd) {
  Draws draws(5);
  const Matrix a = random_matrix(30, 6, draws);
  const Vector y = random_matrix(30, 1, draws);
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, y));
  const Vector expected = Eigen::BDCSVD<Matrix>(a, Eigen::ComputeThinU | Eigen::ComputeThinV).solve(y);
  EXPECT_EQ(solution.rank, 6);
  EXPECT_TRUE(solution.dependent_sets.empty());
  EXPECT_LE((solution.solution - expected).norm(), 1e-13 * expected.norm());
  EXPECT_GE(solution.condition, 1);
  EXPECT_LE(solution.condition, 100);
}

TEST(TriangularQr, SemiNormalEquationsAreSolved) {
  Draws draws(6);
  const Matrix a = random_matrix(20, 4, draws);
  const Matrix r = factor_of(a, Vector::Zero(20)).topLeftCorner(4, 4);
  const Vector v = random_matrix(4, 1, draws);
  EXPECT_LE((a.transpose() * (a * solve_seminormal(r, v)) - v).norm(), 1e-12 * v.norm());
}

/// The members of a set in ascending order.
std::vector<Index> sorted(std::vector<Index> set) {
  std::sort(set.begin(), set.end());
  return set;
}

TEST(TriangularQr, ADuplicateIsNamedWithItsTwin) {
  Draws draws(7);
  Matrix a = random_matrix(30, 5, draws);
  a.col(3) = a.col(1);
  const Vector y = random_matrix(30, 1, draws);
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, y));
  EXPECT_EQ(solution.rank, 4);
  ASSERT_EQ(solution.dependent_sets.size(), 1U);
  EXPECT_EQ(sorted(solution.dependent_sets[0]), (std::vector<Index>{1, 3}));
  // Minimum norm: both twins carry the same.
  EXPECT_NEAR(solution.solution[1], solution.solution[3], 1e-13);
}

TEST(TriangularQr, ASumIsNamedWithItsPartsOnly) {
  Draws draws(8);
  Matrix a = random_matrix(40, 7, draws);
  a.col(6) = a.col(0) + a.col(2) - 2 * a.col(5);
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, random_matrix(40, 1, draws)));
  EXPECT_EQ(solution.rank, 6);
  ASSERT_EQ(solution.dependent_sets.size(), 1U);
  EXPECT_EQ(sorted(solution.dependent_sets[0]), (std::vector<Index>{0, 2, 5, 6}));
}

TEST(TriangularQr, TwoSeparateRelationsAreTwoSets) {
  Draws draws(9);
  Matrix a = random_matrix(40, 6, draws);
  a.col(2) = -3 * a.col(0);
  a.col(5) = a.col(3) + a.col(4);
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, random_matrix(40, 1, draws)));
  EXPECT_EQ(solution.rank, 4);
  ASSERT_EQ(solution.dependent_sets.size(), 2U);
  std::vector<std::vector<Index>> sets{sorted(solution.dependent_sets[0]), sorted(solution.dependent_sets[1])};
  std::sort(sets.begin(), sets.end());
  EXPECT_EQ(sets[0], (std::vector<Index>{0, 2}));
  EXPECT_EQ(sets[1], (std::vector<Index>{3, 4, 5}));
}

TEST(TriangularQr, AnEmptyColumnIsASetOfItsOwnAndGetsZero) {
  Draws draws(10);
  Matrix a = random_matrix(20, 3, draws);
  a.col(1).setZero();
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, random_matrix(20, 1, draws)));
  EXPECT_EQ(solution.rank, 2);
  ASSERT_EQ(solution.dependent_sets.size(), 1U);
  EXPECT_EQ(solution.dependent_sets[0], (std::vector<Index>{1}));
  EXPECT_EQ(solution.solution[1], 0);
}

/// A random low-rank design with a condition of the independent part that is moderate; the SVD cut at 1e-10 agrees
/// with any sensible tolerance.
RC_GTEST_PROP(TriangularQr, MinimumNormMatchesTheSvd, ()) {
  Draws draws(*rc::gen::inRange<std::uint64_t>(1, 1000000));
  const Index d = *rc::gen::inRange(2, 9), rank = *rc::gen::inRange<Index>(1, d);
  const Index rows = *rc::gen::inRange<Index>(rank, 30);
  const Matrix a = random_matrix(rows, rank, draws) * random_matrix(rank, d, draws);
  const Vector y = random_matrix(rows, 1, draws);
  Eigen::BDCSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(1e-10);
  const double condition = svd.singularValues()[0] / svd.singularValues()[rank - 1];
  RC_PRE(condition < 1e5);
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, y));
  const Vector expected = svd.solve(y);
  RC_ASSERT(solution.rank == rank);
  RC_ASSERT(solution.dependent_sets.size() == static_cast<std::size_t>(d - rank));
  // Least squares with a residual: u·condition².
  RC_ASSERT((solution.solution - expected).norm() <= 1e-14 * condition * condition * (1 + expected.norm()));
}

TEST(TriangularQr, SmallUnitsAreNoDeficiency) {
  Draws draws(11);
  Matrix a = random_matrix(30, 3, draws);
  a.col(1) *= 1e-12;
  a.col(2) *= 1e9;
  const TriangularSolution solution = solve_triangular_least_squares(factor_of(a, random_matrix(30, 1, draws)));
  EXPECT_EQ(solution.rank, 3);
  EXPECT_LE(solution.condition, 100);
}

}  // namespace
}  // namespace plumbline::testing
