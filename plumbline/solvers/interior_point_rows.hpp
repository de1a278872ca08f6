#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/losses/loss_tile.hpp"

namespace plumbline {

/// What a visitor of a DesignPass sees of a few rows, and what it leaves behind.
struct DesignTile {
  const double* eta = nullptr;    ///< (rows, K) = X̃·W; null without weights
  double* transposed = nullptr;   ///< (rows, columns of R), zero at first: R of X̃ᵀ·R
  double* gram_weight = nullptr;  ///< (pairs, rows), zero at first: D of X̃ᵀDX̃, pair by pair
  double* sums = nullptr;         ///< added up over all rows
  double* minima = nullptr;       ///< the least over all rows; +∞ at first
};

/// One look at all rows: X̃·W, then whatever `visit` makes of it, then X̃ᵀ·R and X̃ᵀDX̃, in solver coordinates. `visit`
/// is called from several threads, for different rows.
struct DesignPass {
  std::size_t outputs = 1;          ///< K
  const double* weights = nullptr;  ///< (K, d) output-major, or null
  std::size_t columns = 0;          ///< of R
  std::size_t pairs = 0;            ///< weightings of the Gram matrix
  std::size_t sums = 0, minima = 0;
  std::function<void(const RowBlock& rows, const DesignTile& tile)> visit;
};

struct DesignSums {
  Matrix transposed;         ///< (d, columns)
  std::vector<Matrix> gram;  ///< (d, d) a pair, both triangles
  std::vector<double> sums, minima;
};

/// Runs the pass in parallel; the same bits for any threads and block size. 2·n·d·(K + columns) + n·d²·pairs flops.
DesignSums run_design_pass(RowSource& source, const Coordinates& at, const DesignPass& pass, Progress& progress);

}  // namespace plumbline
