#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A row far from the others.
struct OutlyingRow {
  std::size_t row = 0;
  double leverage = 0;
};

/// Rows with leverage h_i = x̃_iᵀ (X̃ᵀSX̃)⁻¹ x̃_i >= threshold, in row order, from a root B (d, k), (X̃ᵀSX̃)⁻¹ = B Bᵀ
/// (on the independent columns; 0 elsewhere). h is that of one copy of a row: Σ s h = rank. One pass over X, in
/// parallel, the same bits for any threads and block size. 2·n·d·k flops.
std::vector<OutlyingRow> find_outlying_rows(RowSource& source, const Coordinates& at, const Matrix& inverse_root,
                                            double threshold, Progress& progress);

}  // namespace plumbline
