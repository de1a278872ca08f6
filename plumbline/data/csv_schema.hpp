#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "plumbline/data/csv_field.hpp"
#include "plumbline/data/missing_values.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/record_blocks.hpp"

namespace plumbline {

/// A column of the file.
struct CsvColumn {
  std::string name;
  ColumnUse use = ColumnUse::automatic;
  std::size_t stored = 0;  ///< its place in the table; of no meaning when skipped
};

/// What the parsers of all blocks share. The flags are facts about the file that only ever become true; a parser that
/// does not know one yet does more work, but finds the same.
class CsvSchema final {
 public:
  CsvSchema(char delimiter, const std::vector<std::string>& names, const ReadOptions& options);

  const CsvScanner& scanner() const { return scanner_; }
  const std::vector<CsvColumn>& columns() const { return columns_; }
  std::size_t width() const { return width_; }  ///< stored columns
  const MissingValues& missing() const { return missing_; }
  std::size_t max_levels() const { return max_levels_; }
  bool one_column() const { return columns_.size() == 1; }
  RecordSyntax syntax() const { return {scanner_.delimiter(), true, one_column()}; }

  bool known_text(std::size_t column) const { return known_text_[column].load(std::memory_order_relaxed); }
  void found_text(std::size_t column) { known_text_[column].store(true, std::memory_order_relaxed); }
  bool spellings_full(std::size_t column) const { return spellings_full_[column].load(std::memory_order_relaxed); }
  void found_spellings_full(std::size_t column) { spellings_full_[column].store(true, std::memory_order_relaxed); }

 private:
  CsvScanner scanner_;
  std::vector<CsvColumn> columns_;
  std::size_t width_ = 0;
  MissingValues missing_;
  std::size_t max_levels_;
  std::unique_ptr<std::atomic<bool>[]> known_text_;
  std::unique_ptr<std::atomic<bool>[]> spellings_full_;
};

}  // namespace plumbline
