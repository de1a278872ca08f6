#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/data/table.hpp"

namespace plumbline {

/// Something wrong in a block of records. Rows and lines are counted from the block's start, from 0, because a parser
/// does not know how many come before; who puts the blocks together does.
struct RecordIssue {
  static constexpr std::size_t kNoColumn = Table::kNoColumn;
  std::uint64_t row = 0;
  std::uint64_t line = 0;
  std::size_t column = kNoColumn;  ///< of the file
  std::string problem;
};

/// The physical lines at which the records of a block begin. Takes memory only if it is not one record a line.
class RecordLines final {
 public:
  /// Record `row` begins at `line`, counted from the block's start; rows come in order from 0.
  void note(std::size_t row, std::uint64_t line);
  /// Line of record 0.
  std::uint64_t first_line() const { return first_line_; }
  /// As TableChunk::line_of_row; leaves nothing behind.
  std::vector<std::uint32_t> take();
  void clear();

 private:
  std::uint64_t first_line_ = 0;
  std::vector<std::uint32_t> past_first_;
};

}  // namespace plumbline
