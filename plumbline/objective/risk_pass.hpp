#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/losses/loss.hpp"

namespace plumbline {

/// What one pass over the rows is to compute.
struct RiskPassRequest {
  const Loss* loss = nullptr;
  const Coordinates* coordinates = nullptr;
  const double* w =
      nullptr;  ///< (K, d) output-major, solver coordinates; null: no loss is evaluated and `hessian` means X̃ᵀSX̃
  double* eta = nullptr;  ///< (n, K), written
  bool gradient = false;
  const double* gram_weight = nullptr;  ///< (n) or null for 1: with w null, `hessian` is X̃ᵀ diag(s·gram_weight) X̃
  bool row_norms = false;               ///< the largest ‖x̃_i‖²
  bool hessian = false;                 ///< one d × d block for every pair of Loss::curvature_blocks()
};

/// Sums over the rows, in solver coordinates, not yet divided by Σs.
struct RiskSums {
  double loss = 0;                           ///< Σ s l
  std::vector<double> gradient;              ///< (K, d) output-major
  std::vector<std::vector<double>> hessian;  ///< per pair: (d, d) symmetric, full
  double largest_row_norm2 = 0;              ///< with `row_norms`; an upper bound for sparse rows
};

/// Runs the pass: reads X once, in parallel; the same bits for any threads and block size. Cost: 2·n·d·K flops for the
/// predictors and as many for the gradient, n·d² for each Hessian block.
RiskSums run_risk_pass(RowSource& source, const RiskPassRequest& request, Progress& progress);

}  // namespace plumbline
