#include "plumbline/data/table.hpp"

#include <algorithm>

namespace plumbline {

std::size_t Table::find(const std::string& name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  return found == columns.end() ? kNoColumn : static_cast<std::size_t>(found - columns.begin());
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
