#include "plumbline/linalg/double_double_qr.hpp"

namespace plumbline {

namespace {

/// The reflector of column k, v = (head, rows[:, k]): I − factor·v vᵀ takes the column to (diagonal, 0).
struct Reflector {
  DoubleDouble head;
  DoubleDouble factor;
  DoubleDouble diagonal;
};

/// False where the column below the diagonal is zero already.
bool make_reflector(DoubleDouble diagonal, const DoubleDoubleMatrix& rows, std::size_t k, Reflector& reflector) {
  DoubleDouble squares;
  for (std::size_t i = 0; i < rows.rows; ++i) squares += rows.at(i, k) * rows.at(i, k);
  if (squares.high == 0) return false;
  const DoubleDouble norm = sqrt(squares + diagonal * diagonal);
  reflector.diagonal = diagonal.high > 0 ? -norm : norm;  // the sign that does not cancel
  reflector.head = diagonal - reflector.diagonal;
  reflector.factor = DoubleDouble(2.0) / (reflector.head * reflector.head + squares);
  return true;
}

/// Applies the reflector to the columns after k, of which only row k of R and `rows` are touched.
void reflect(const Reflector& reflector, std::size_t k, DoubleDouble* r_row, DoubleDoubleMatrix& rows,
             std::vector<DoubleDouble>& products) {
  const std::size_t d = rows.columns;
  for (std::size_t j = k + 1; j < d; ++j) products[j] = reflector.head * r_row[j];
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const DoubleDouble* row = rows.row(i);
    const DoubleDouble v = row[k];
    for (std::size_t j = k + 1; j < d; ++j) products[j] += v * row[j];
  }
  for (std::size_t j = k + 1; j < d; ++j) {
    products[j] *= reflector.factor;
    r_row[j] -= products[j] * reflector.head;
  }
  for (std::size_t i = 0; i < rows.rows; ++i) {
    DoubleDouble* row = rows.row(i);
    const DoubleDouble v = row[k];
    for (std::size_t j = k + 1; j < d; ++j) row[j] -= products[j] * v;
  }
}

}  // namespace

Matrix DoubleDoubleMatrix::rounded() const {
  Matrix result(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = at(i, j).high;
    }
  }
  return result;
}

void append_rows(DoubleDoubleMatrix& r, DoubleDoubleMatrix& rows) {
  std::vector<DoubleDouble> products(r.columns);
  Reflector reflector;
  for (std::size_t k = 0; k < r.columns; ++k) {
    if (!make_reflector(r.at(k, k), rows, k, reflector)) continue;
    r.at(k, k) = reflector.diagonal;
    reflect(reflector, k, r.row(k), rows, products);
  }
}

std::vector<DoubleDouble> solve_upper(const DoubleDoubleMatrix& r, std::vector<DoubleDouble> v) {
  for (std::size_t k = v.size(); k-- > 0;) {
    for (std::size_t j = k + 1; j < v.size(); ++j) v[k] -= r.at(k, j) * v[j];
    v[k] = v[k] / r.at(k, k);
  }
  return v;
}

std::vector<DoubleDouble> solve_upper_transposed(const DoubleDoubleMatrix& r, std::vector<DoubleDouble> v) {
  for (std::size_t k = 0; k < v.size(); ++k) {
    v[k] = v[k] / r.at(k, k);
    for (std::size_t j = k + 1; j < v.size(); ++j) v[j] -= r.at(k, j) * v[k];
  }
  return v;
}

DoubleDoubleMatrix inverse_upper(const DoubleDoubleMatrix& r, std::size_t size) {
  DoubleDoubleMatrix inverse(size, size);
  for (std::size_t column = 0; column < size; ++column) {
    std::vector<DoubleDouble> unit(column + 1);
    unit[column] = DoubleDouble(1.0);
    unit = solve_upper(r, std::move(unit));
    for (std::size_t i = 0; i <= column; ++i) inverse.at(i, column) = unit[i];
  }
  return inverse;
}

}  // namespace plumbline
