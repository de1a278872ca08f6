#pragma once

#include "plumbline/data/input.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/record_blocks.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// Reads "label index:value …" lines: indices from 1, strictly increasing in a line, at most 2³¹ − 1; '#' begins a
/// comment; empty lines are skipped. The width is the largest index that occurs, and explicit zeros stay stored
/// entries. Labels are numbers and keep their spelling in `Table::labels`. Throws DataError also for what the format
/// knows elsewhere but this reader does not: qid pairs and lists of labels. O(bytes), in parallel.
Table read_libsvm(ByteInput& input, const ReadOptions& options, const TextLimits& limits = {});

}  // namespace plumbline
