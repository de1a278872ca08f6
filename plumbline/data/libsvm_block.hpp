#pragma once

#include <cstdint>
#include <optional>

#include "plumbline/core/buffer.hpp"
#include "plumbline/data/record_blocks.hpp"
#include "plumbline/data/record_places.hpp"
#include "plumbline/data/spellings.hpp"

namespace plumbline {

/// A block of LIBSVM lines, parsed.
struct LibsvmBlock {
  RecordBlock raw;
  std::size_t rows = 0;
  std::uint64_t lines = 0;  ///< physical lines that end in it
  RecordLines record_lines;
  Buffer<std::uint64_t> offsets;  ///< rows + 1
  Buffer<std::uint32_t> indices;  ///< from 0
  Buffer<double> values;
  Buffer<double> labels;
  Spellings spellings;
  std::uint64_t width = 0;  ///< largest index, counted from 1
  std::optional<RecordIssue> failure;
};

/// Parses the lines of block.raw; bad data are left in `failure`.
void parse_libsvm_block(LibsvmBlock& block);

}  // namespace plumbline
