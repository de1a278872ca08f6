#pragma once

#include "plumbline/data/input.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/record_blocks.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// Reads a delimited table (options.format tsv: the delimiter is a tab unless given). See read_table; `limits` change
/// how the text is cut into blocks, but not the result. A column is numeric if every cell that is not missing is a
/// finite number; one that has infinities and numbers only is bad data; with any other text in it, it is text and an
/// "inf" is a level like any other.
Table read_csv(ByteInput& input, const ReadOptions& options, const TextLimits& limits = {});

}  // namespace plumbline
