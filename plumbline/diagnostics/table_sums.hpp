#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/diagnostics/target_facts.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// What one pass over the cells leaves behind.
struct TableSums {
  /// (n) a hash of the cells and targets of each row; 0 where the weight is 0. Equal rows have equal hashes. Empty if
  /// rows were not asked for.
  Buffer<std::uint64_t> row_hash;
  /// (p) likewise of the columns, over rows of positive weight.
  std::vector<std::uint64_t> column_hash;
  /// (p, outputs): Σ s x_j t_k with t of write_target; empty if not asked for.
  Matrix with_target;
};

struct TableSumsRequest {
  TargetMeaning meaning;
  const TargetFacts* facts = nullptr;
  const Moments* moments = nullptr;
  bool rows = true;
  bool with_target = true;
};

/// One pass over X, in parallel, the same for any threads and block size, and for dense and sparse rows. 2·n·p·outputs
/// flops and two hashes a cell that is not 0.
TableSums sum_table(RowSource& source, const TableSumsRequest& request, Progress& progress);

}  // namespace plumbline
