#include "plumbline/data/csv_assembler.hpp"

#include <cmath>
#include <utility>

#include "plumbline/data/text.hpp"

namespace plumbline {

CsvAssembler::CsvAssembler(CsvSchema& schema, std::string path, std::uint64_t first_line)
    : schema_(schema), path_(std::move(path)), line_(first_line), columns_(schema.columns().size()) {
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    columns_[j].table.name = schema.columns()[j].name;
    columns_[j].table.text = schema.columns()[j].use == ColumnUse::text;
  }
}

DataError CsvAssembler::error(const RecordIssue& issue) const {
  const bool named = issue.column != RecordIssue::kNoColumn;
  return DataError({path_, issue.row, issue.line, named ? printable(columns_[issue.column].table.name) : ""},
                   issue.problem);
}

RecordIssue CsvAssembler::in_file(RecordIssue issue) const {
  issue.row += rows_ + 1;
  issue.line += line_;
  return issue;
}

void CsvAssembler::add(CsvBlock& block) {
  if (block.failure) throw error(in_file(*block.failure));
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    if (schema_.columns()[j].use != ColumnUse::skip) add_column(j, block);
  }
  if (second_reading_) {
    chunks_.clear();
  } else if (block.rows > 0) {
    add_chunk(block);
  }
  rows_ += block.rows;
  line_ += block.lines;
}

void CsvAssembler::add_column(std::size_t index, CsvBlock& block) {
  Column& column = columns_[index];
  CsvBlockColumn& found = block.columns[index];
  column.table.missing += found.missing;
  if (found.missing == block.rows) return;  // nothing but missing cells suits numbers and text alike
  (found.text ? column.text_seen : column.number_seen) = true;
  if (found.infinite && !column.infinite) column.infinite = in_file(*found.infinite);
  if (found.text) {
    merge_levels(index, block);
  } else {
    merge_spellings(index, found);
  }
  // Also of a column with too many levels: the first of them are reported, and must not depend on the blocks.
  if (column.text_seen && column.number_seen) second_reading_ = true;
}

void CsvAssembler::merge_levels(std::size_t index, CsvBlock& block) {
  Column& column = columns_[index];
  CsvBlockColumn& found = block.columns[index];
  std::vector<double> code_in_file;
  for (const std::string& name : found.levels.names()) {
    if (column.table.too_many_levels) break;
    code_in_file.push_back(column.levels.code(name));
    const bool limited = schema_.columns()[index].use == ColumnUse::automatic;
    column.table.too_many_levels = limited && column.levels.size() > schema_.max_levels();
  }
  if (column.table.too_many_levels) return;  // the first levels stay, for a look at what they are
  auto* cell = reinterpret_cast<double*>(block.cells.data()) + schema_.columns()[index].stored;
  for (std::size_t row = 0; row < block.rows; ++row, cell += schema_.width()) {
    if (!std::isnan(*cell)) *cell = code_in_file[static_cast<std::size_t>(*cell)];
  }
}

void CsvAssembler::merge_spellings(std::size_t index, CsvBlockColumn& found) {
  columns_[index].spellings.merge(found.spellings);
  if (columns_[index].spellings.given_up()) schema_.found_spellings_full(index);
}

void CsvAssembler::add_chunk(CsvBlock& block) {
  TableChunk chunk;
  chunk.first_row = static_cast<std::size_t>(rows_);
  chunk.rows = block.rows;
  chunk.cells = std::exchange(block.cells, Buffer<std::byte>());
  chunk.first_line = line_ + block.record_lines.first_line();
  chunk.line_of_row = block.record_lines.take();
  chunks_.push_back(std::move(chunk));
}

void CsvAssembler::check_finite() const {
  const Column* first = nullptr;
  for (const Column& column : columns_) {
    if (column.text_seen || !column.infinite) continue;
    if (first == nullptr || column.infinite->row < first->infinite->row) first = &column;
  }
  if (first != nullptr) throw error(*first->infinite);
}

Table CsvAssembler::finish() {
  Table table;
  table.path = path_;
  table.width = schema_.width();
  table.rows = static_cast<std::size_t>(rows_);
  table.chunks = std::move(chunks_);
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    if (schema_.columns()[j].use == ColumnUse::skip) continue;
    TableColumn column = std::move(columns_[j].table);
    column.text = column.text || columns_[j].text_seen;
    if (column.text) {
      column.levels = columns_[j].levels.take_names();
    } else {
      column.spellings = columns_[j].spellings.take();
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

}  // namespace plumbline
