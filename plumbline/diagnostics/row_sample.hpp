#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/diagnostics/target_facts.hpp"

namespace plumbline {

/// Rows of a source copied out, in their order; sparse rows stay sparse. Owns its cells.
struct RowSample {
  std::size_t columns = 0, target_width = 1;
  bool whole = false;                     ///< every row of positive weight is here
  std::vector<std::size_t> row;           ///< of the source
  std::vector<double> cells;              ///< dense: (rows, columns)
  std::vector<std::uint64_t> offsets{0};  ///< sparse
  std::vector<std::uint32_t> indices;
  std::vector<double> values;
  std::vector<double> target;  ///< (rows, target_width)
  std::vector<double> weight;  ///< (rows)
  bool sparse = false;

  std::unique_ptr<MemorySource> source() const;
  /// Σs of the rows.
  double weight_sum() const;
};

/// At most about `most` rows of positive weight, evenly spaced within each class (where the target is an index below
/// meaning.classes), as many of each class as there are, up to an equal share. One serial look, at targets mostly.
RowSample sample_rows(RowSource& source, const TargetMeaning& meaning, const TargetFacts& facts, std::size_t most,
                      Progress& progress);

/// Columns copied out, one after the other, (count, n) with n the rows of the source. One serial pass.
std::vector<std::vector<double>> gather_columns(RowSource& source, const std::vector<std::size_t>& columns,
                                                Progress& progress);

/// Targets (n, target_width) and weights (n) copied out.
struct RowTargets {
  std::vector<double> target, weight;
};
RowTargets gather_targets(RowSource& source);

}  // namespace plumbline
