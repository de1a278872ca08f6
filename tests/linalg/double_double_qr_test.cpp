#include "plumbline/linalg/double_double_qr.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "plumbline/linalg/svd.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

/// Rows 1/(i + j + 1) of a Hilbert matrix, rounded to double-double, and their sum as the target: x = (1, …, 1).
DoubleDoubleMatrix hilbert_with_target(std::size_t rows, std::size_t columns) {
  DoubleDoubleMatrix matrix(rows, columns + 1);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      matrix.at(i, j) = DoubleDouble(1.0) / static_cast<double>(i + j + 1);
      matrix.at(i, columns) += matrix.at(i, j);
    }
  }
  return matrix;
}

std::vector<DoubleDouble> last_column(const DoubleDoubleMatrix& factor) {
  std::vector<DoubleDouble> target;
  for (std::size_t i = 0; i + 1 < factor.rows; ++i) target.push_back(factor.at(i, factor.columns - 1));
  return target;
}

TEST(DoubleDoubleQr, SolvesWhatDoubleCannot) {
  // The condition of a Hilbert matrix of order 12 is 2e16: nothing is left in double, 32 − 16 digits in double-double.
  constexpr std::size_t kSize = 12;
  DoubleDoubleMatrix rows = hilbert_with_target(40, kSize);
  DoubleDoubleMatrix factor(kSize + 1, kSize + 1);
  append_rows(factor, rows);
  for (const DoubleDouble& x : solve_upper(factor, last_column(factor))) EXPECT_NEAR(x.high, 1, 1e-14);
}

TEST(DoubleDoubleQr, BlocksOfRowsGiveTheSameFactor) {
  constexpr std::size_t kSize = 6;
  DoubleDoubleMatrix rows = hilbert_with_target(30, kSize);
  DoubleDoubleMatrix whole(kSize + 1, kSize + 1), parts(kSize + 1, kSize + 1);
  for (std::size_t begin = 0; begin < 30; begin += 7) {
    DoubleDoubleMatrix part(std::min<std::size_t>(7, 30 - begin), kSize + 1);
    std::copy_n(rows.row(begin), part.cells.size(), part.cells.begin());
    append_rows(parts, part);
  }
  append_rows(whole, rows);
  // The last diagonal is the residual's length, 0 but for rounding.
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = i; j < kSize; ++j) {
      const double sign = whole.at(i, i).high * parts.at(i, i).high > 0 ? 1 : -1;
      EXPECT_NEAR((whole.at(i, j) - parts.at(i, j) * sign).high, 0, 1e-28);
    }
  }
}

TEST(DoubleDoubleQr, TransposedSolutionAndInverse) {
  constexpr std::size_t kSize = 8;
  DoubleDoubleMatrix rows = hilbert_with_target(20, kSize);
  DoubleDoubleMatrix factor(kSize + 1, kSize + 1);
  append_rows(factor, rows);
  const DoubleDoubleMatrix inverse = inverse_upper(factor, kSize);
  for (std::size_t k = 0; k < kSize; ++k) {
    std::vector<DoubleDouble> unit(kSize);
    unit[k] = DoubleDouble(1.0);
    const std::vector<DoubleDouble> row = solve_upper_transposed(factor, unit);
    for (std::size_t j = 0; j < kSize; ++j) {
      // Both are row k of R⁻¹, whose largest entries are about 1e9: 1e-32 · condition 1e10 · 1e9.
      EXPECT_NEAR((row[j] - inverse.at(k, j)).high, 0, 1e-13);
    }
  }
}

TEST(SingularValues, PseudoInverseOfARankDeficientMatrix) {
  Matrix a(4, 3);
  a << 1, 2, 3, 4, 5, 9, 7, 8, 15, 1, 0, 1;  // the third column is the sum of the others
  const SingularValues svd(a);
  EXPECT_EQ(svd.rank(), 2);
  const Vector x = svd.pseudo_solve(a * Vector::Ones(3));
  EXPECT_LT((a * (x - Vector::Ones(3))).norm(), 1e-13);
  // Of minimum norm: orthogonal to the null space (1, 1, −1).
  EXPECT_NEAR(x[0] + x[1] - x[2], 0, 1e-14);
  const Matrix root = svd.inverse_root();
  EXPECT_LT((a.transpose() * a * root * root.transpose() * a.transpose() - a.transpose()).norm(), 1e-11);
  EXPECT_EQ(SingularValues(Matrix::Zero(3, 2)).rank(), 0);
  EXPECT_EQ(SingularValues(Matrix::Zero(3, 2)).condition(), 1);
}

}  // namespace
}  // namespace plumbline::testing
