#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/data/split.hpp"

namespace plumbline {

/// Which part each record of a table went to, and how many went where.
struct RowParts {
  std::vector<Part> part;  ///< (records); meaningless where a record is not in use
  std::size_t train_rows = 0, validation_rows = 0, calibration_rows = 0, test_rows = 0;
};

/// Splits the records in use, by `split` (whose `record` is filled in here). `classes` (records): class indices to keep
/// the shares of, or null. The same arguments give the same parts for ever: later commands find a model's training rows
/// by it.
RowParts assign_parts(const std::vector<bool>& used, const std::vector<double>* classes, SplitOptions split);

/// The place of each record in use, the others kNoSlot: train, validation, calibration, test, within a part in record
/// order.
std::vector<std::size_t> part_slots(const std::vector<bool>& used, const std::vector<Part>& part);

}  // namespace plumbline
