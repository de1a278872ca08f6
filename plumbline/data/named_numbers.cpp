#include "plumbline/data/named_numbers.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

double cell_at(const TableChunk& chunk, std::size_t row, std::size_t column, std::size_t width) {
  return reinterpret_cast<const double*>(chunk.cells.data())[row * width + column];
}

}  // namespace

void refuse(const std::string& path, const NamedNumber& at, const std::string& column, const std::string& problem) {
  throw DataError({path, at.record, at.line, column}, problem);
}

std::vector<NamedNumber> read_named_numbers(const std::string& path, const std::string& name_column,
                                            const std::string& number_column) {
  ReadOptions options;
  options.format = format_of(path) == Format::tsv ? Format::tsv : Format::csv;
  options.missing_values.clear();
  options.threads = 1;
  options.use = [&](const std::string& name) { return name == name_column ? ColumnUse::text : ColumnUse::numeric; };
  options.on_header = [&](const std::vector<std::string>& names) {
    if (std::set<std::string>(names.begin(), names.end()) == std::set<std::string>{name_column, number_column}) return;
    throw DataError({path, 0, 1, ""}, fmt::format("the columns must be '{}' and '{}'", name_column, number_column));
  };
  const Table table = read_table(path, options);
  const std::size_t names = table.find(name_column), numbers = table.find(number_column);
  const std::vector<std::string>& levels = table.columns[names].levels;
  std::vector<NamedNumber> lines;
  for (const TableChunk& chunk : table.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      const std::size_t row = chunk.first_row + i;
      NamedNumber line{"", cell_at(chunk, i, numbers, table.width), row + 1, table.line_of(row)};
      const double code = cell_at(chunk, i, names, table.width);
      if (!std::isfinite(line.number)) refuse(path, line, number_column, "is empty");
      if (!std::isfinite(code)) refuse(path, line, name_column, "is empty");
      line.name = levels[static_cast<std::size_t>(code)];
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace plumbline
