#pragma once

#include <string>
#include <vector>

#include "plumbline/pipeline/table_reading.hpp"

namespace plumbline {

/// Rows (by record) that a model can encode: all of them, unless it drops rows with missing cells.
std::vector<bool> predictable_rows(const LinearModel& model, const Table& table);

/// The rows of a table that a model can be compared with: encoded, with target and weight; those with a missing target,
/// or a missing cell where the model drops them, left out.
struct TargetedRows {
  Dataset data;
  std::size_t records = 0;  ///< read
  std::size_t rows = 0;     ///< of `data`, at least 1
  std::vector<std::string> notes;
};

/// Throws DataError, also where no row is left.
TargetedRows read_targeted_rows(const LinearModel& model, const std::string& path, const TableOptions& options,
                                Progress& progress);

}  // namespace plumbline
