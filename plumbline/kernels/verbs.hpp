#pragma once

#include <cstddef>

#include "plumbline/core/matrix.hpp"
#include "plumbline/kernels/tile.hpp"

namespace plumbline {

// The three verbs of a design matrix: X·W, Xᵀ·R, XᵀDX (design.md §3). Weight tables are "output-major": K rows of
// `stride` >= d doubles, row k holding the coefficients of output k. All sums are over rows in order; every element of
// a result is computed by the same sequence of operations wherever its row stands in a tile, so that the same row
// gives the same bits in any tile. "add" means: accumulate into what is there.

/// eta[i·K + k] = Σ_j tile[i][j] · w[k·stride + j]. w: K rows, 64-byte aligned, zero from tile.columns to
/// tile.stride (stride == tile.stride). eta: (rows, K) contiguous, any alignment. 2·rows·d·K flops.
void multiply(const DenseTile& tile, const double* w, std::size_t outputs, double* eta);

/// g[k·stride + j] += Σ_i r[i·K + k] · tile[i][j], stride == tile.stride, 64-byte aligned. 2·rows·d·K flops.
void multiply_transposed_add(const DenseTile& tile, const double* r, std::size_t outputs, double* g);

/// h[a·stride + b] += Σ_i weight[i] · tile[i][a] · tile[i][b] for a <= b (upper triangle; what is below the diagonal
/// may be overwritten with anything). weight: (rows), any sign, or null for 1. h: (stride, stride), 64-byte aligned,
/// stride == tile.stride. rows·d² flops. `scratch` grows as needed and is reused from call to call.
void gram_add(const DenseTile& tile, const double* weight, double* h, Buffer<double>& scratch);

/// Cross products of two weightings at once are done by the caller, one call a weight.

// The same verbs on sparse rows, X unscaled, without the column of ones: the caller maps centre and scale (objective/).

/// eta[i·K + k] = Σ_j x[i][j] · w[j·K + k] + b[k]. w: feature-major (columns, K) contiguous; b: (K). 2·nnz·K flops.
void multiply(const CsrView& x, const double* w, const double* b, std::size_t outputs, double* eta);

/// g[j·K + k] += Σ_i r[i·K + k] · x[i][j]; g feature-major (columns, K). 2·nnz·K flops.
void multiply_transposed_add(const CsrView& x, const double* r, std::size_t outputs, double* g);

/// h[a·stride + b] += Σ_i weight[i] x[i][a] x[i][b] for a <= b over the columns; if stride > columns, column
/// `columns` counts as a 1 in every row (the intercept). weight may be null. Σ_i nnz_i² flops.
void gram_add(const CsrView& x, const double* weight, double* h, std::size_t stride);

}  // namespace plumbline
