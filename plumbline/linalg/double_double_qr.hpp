#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/linalg/double_double.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A row-major table of double-doubles.
struct DoubleDoubleMatrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<DoubleDouble> cells;

  DoubleDoubleMatrix() = default;
  DoubleDoubleMatrix(std::size_t rows_, std::size_t columns_)
      : rows(rows_), columns(columns_), cells(rows_ * columns_) {}
  DoubleDouble* row(std::size_t i) { return cells.data() + i * columns; }
  const DoubleDouble* row(std::size_t i) const { return cells.data() + i * columns; }
  DoubleDouble& at(std::size_t i, std::size_t j) { return cells[i * columns + j]; }
  const DoubleDouble& at(std::size_t i, std::size_t j) const { return cells[i * columns + j]; }
  /// Rounded to double.
  Matrix rounded() const;
};

/// R ← the triangular factor of [R; rows] by Householder reflections in double-double, R upper triangular (d, d), rows
/// (any, d), which is used up. Q is never formed. 2·rows·d² operations of about 10 ns each.
void append_rows(DoubleDoubleMatrix& r, DoubleDoubleMatrix& rows);

/// x with R x = v for the leading v.size() columns of the upper triangular R, none of whose diagonal is 0. d².
std::vector<DoubleDouble> solve_upper(const DoubleDoubleMatrix& r, std::vector<DoubleDouble> v);

/// x with Rᵀ x = v, likewise.
std::vector<DoubleDouble> solve_upper_transposed(const DoubleDoubleMatrix& r, std::vector<DoubleDouble> v);

/// The inverse of the leading (size, size) part of R, upper triangular. size³/3.
DoubleDoubleMatrix inverse_upper(const DoubleDoubleMatrix& r, std::size_t size);

}  // namespace plumbline
