#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv_block.hpp"
#include "plumbline/data/csv_schema.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// Puts the blocks of a file together, in their order: codes by first appearance in the file, first spellings, line
/// numbers, and the first failure, all as if the file had been one block.
class CsvAssembler final {
 public:
  /// `first_line` is the physical line of the first block's start.
  CsvAssembler(CsvSchema& schema, std::string path, std::uint64_t first_line);

  /// Takes what the block found; its text may be used again afterwards. Throws DataError for its failure.
  void add(CsvBlock& block);

  /// Whether a column was numeric in some blocks and text in others: then the file must be read once more, with what
  /// the schema knows now.
  bool needs_second_reading() const { return second_reading_; }

  /// Throws DataError for a cell that spells an infinity in a numeric column.
  void check_finite() const;

  Table finish();

 private:
  struct Column {
    TableColumn table;
    bool text_seen = false;
    bool number_seen = false;
    Levels levels;
    Spellings spellings;
    std::optional<RecordIssue> infinite;  ///< rows and lines of the file
  };

  void add_column(std::size_t index, CsvBlock& block);
  void merge_levels(std::size_t index, CsvBlock& block);
  void merge_spellings(std::size_t index, CsvBlockColumn& found);
  void add_chunk(CsvBlock& block);
  DataError error(const RecordIssue& issue) const;
  RecordIssue in_file(RecordIssue issue) const;

  CsvSchema& schema_;
  std::string path_;
  std::uint64_t line_;      ///< physical line of the next block's start
  std::uint64_t rows_ = 0;  ///< so far
  std::vector<Column> columns_;
  std::vector<TableChunk> chunks_;
  bool second_reading_ = false;
};

}  // namespace plumbline
