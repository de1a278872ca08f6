#pragma once

#include "plumbline/data/input.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// Reads a numpy array file, versions 1 to 3 (numpy.lib.format), of one dimension (a table of one column) or two, in C
/// order, little-endian. float64, float32 and uint8 (also bool) keep their type; other integers become float64. Columns
/// are c0, c1, …; NaN is missing, an infinity is bad data. Every column is numeric: ColumnUse::text is taken as target.
/// Throws DataError, also for a file longer or shorter than its header says. O(bytes).
Table read_npy(ByteInput& input, const ReadOptions& options);

}  // namespace plumbline
