#include "plumbline/data/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {

namespace {

/// The column that "f<digits>" names in a sparse table, kNoColumn for any other name.
std::size_t sparse_column(const std::string& name, std::size_t width) {
  constexpr std::size_t kMostDigits = 10;
  if (name.size() < 2 || name.size() > 1 + kMostDigits || name[0] != 'f' || name[1] == '0') return Table::kNoColumn;
  std::size_t number = 0;
  for (const char c : name.substr(1)) {
    if (c < '0' || c > '9') return Table::kNoColumn;
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number <= width ? number - 1 : Table::kNoColumn;
}

}  // namespace

std::size_t Table::find(const std::string& name) const {
  if (sparse) return sparse_column(name, width);
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  return found == columns.end() ? kNoColumn : static_cast<std::size_t>(found - columns.begin());
}

std::string Table::column_name(std::size_t column) const {
  return sparse ? fmt::format("f{}", column + 1) : columns.at(column).name;
}

std::uint64_t Table::line_of(std::size_t row) const {
  const auto after = std::upper_bound(chunks.begin(), chunks.end(), row,
                                      [](std::size_t r, const TableChunk& chunk) { return r < chunk.first_row; });
  if (after == chunks.begin()) return 0;
  const TableChunk& chunk = *(after - 1);
  const std::size_t inside = row - chunk.first_row;
  if (chunk.first_line == 0 || inside >= chunk.rows) return 0;
  return chunk.first_line + (chunk.line_of_row.empty() ? inside : chunk.line_of_row[inside]);
}

}  // namespace plumbline
