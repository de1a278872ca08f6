#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/data/csv_schema.hpp"
#include "plumbline/data/levels.hpp"
#include "plumbline/data/record_blocks.hpp"
#include "plumbline/data/record_places.hpp"
#include "plumbline/data/spellings.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// What a block says about a column of the file.
struct CsvBlockColumn {
  bool text = false;  ///< cells are codes into `levels`
  bool too_many = false;
  std::uint64_t missing = 0;
  Levels levels;
  Spellings spellings;
  std::optional<RecordIssue> infinite;  ///< numeric: the first cell that is no finite number

  void reset(bool as_text);
};

/// A block of records, parsed.
struct CsvBlock {
  RecordBlock raw;
  std::size_t rows = 0;
  std::uint64_t lines = 0;  ///< physical lines that end in it
  RecordLines record_lines;
  Buffer<std::byte> cells;  ///< doubles, (rows, width)
  std::vector<CsvBlockColumn> columns;
  std::optional<RecordIssue> failure;
};

/// Parses the records of block.raw. A column begins numeric unless it is known to be text; when a cell proves that
/// wrong the block is parsed once more. Nothing is thrown for bad data: it is left in `failure`, so that the first
/// failure of the file is the one reported, whatever the threads. O(bytes).
void parse_csv_block(CsvSchema& schema, CsvBlock& block);

}  // namespace plumbline
