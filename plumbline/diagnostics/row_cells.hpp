#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/data/dense_cell.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Calls visit(j, cell) for every cell of row i that is not 0, so that dense and sparse rows look the same.
template <class Visit>
void for_each_nonzero(const DenseView& x, std::size_t i, Visit visit) {
  const auto each = [&](auto cell_of) {
    for (std::size_t j = 0; j < x.columns; ++j) {
      const double cell = cell_of(j);
      if (cell != 0) visit(j, cell);
    }
  };
  if (x.scalar == Scalar::f64) {
    const double* row = static_cast<const double*>(x.row(i));
    each([row](std::size_t j) { return row[j]; });
  } else {
    each([&x, i](std::size_t j) { return dense_cell(x, i, j); });
  }
}

template <class Visit>
void for_each_nonzero(const CsrView& x, std::size_t i, Visit visit) {
  for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) {
    if (x.values[q] != 0) visit(static_cast<std::size_t>(x.indices[q]), x.values[q]);
  }
}

inline double weight_of(const RowBlock& rows, std::size_t i) {
  return rows.row_weight == nullptr ? 1 : rows.row_weight[i];
}

}  // namespace plumbline
