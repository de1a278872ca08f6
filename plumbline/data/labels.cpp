#include "plumbline/data/labels.hpp"

#include <fmt/format.h>

#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv.hpp"
#include "plumbline/data/idx.hpp"
#include "plumbline/data/npy.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

double number_at(const TableChunk& chunk, Scalar scalar, std::size_t row) {
  const void* cells = chunk.cells.data();
  if (scalar == Scalar::byte) return static_cast<const std::uint8_t*>(cells)[row];
  if (scalar == Scalar::f32) return static_cast<double>(static_cast<const float*>(cells)[row]);
  return static_cast<const double*>(cells)[row];
}

/// A table of one column as labels.
Table::Labels labels_of(Table table) {
  if (table.width != 1) {
    throw DataError({table.path, 0, 0, ""}, fmt::format("labels are one column, but there are {}", table.width));
  }
  Table::Labels labels;
  labels.column = std::move(table.columns[0]);
  labels.values = Buffer<double>(table.rows);
  for (const TableChunk& chunk : table.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) labels.values[chunk.first_row + i] = number_at(chunk, table.scalar, i);
  }
  return labels;
}

Table::Labels read_csv_labels(ByteInput& input, std::size_t rows, ReadOptions options) {
  options.header = false;
  Table::Labels labels = labels_of(read_csv(input, options));
  if (labels.values.size() != rows + 1) return labels;
  // The header may have made text of a column of numbers.
  options.header = true;
  input.rewind();
  return labels_of(read_csv(input, options));
}

}  // namespace

Table::Labels read_labels(const std::string& path, std::size_t rows, const ReadOptions& options) {
  const std::unique_ptr<ByteInput> input = open_input(path);
  const std::optional<Format> format = format_of(path);
  if (!format || format == Format::libsvm) {
    throw UsageError(
        fmt::format("labels are read from IDX (-ubyte), .npy, .csv or .tsv, not from '{}'", printable(path)));
  }
  ReadOptions alone;
  alone.format = format;
  alone.missing_values = options.missing_values;
  alone.use = [](const std::string&) { return ColumnUse::target; };
  Table::Labels labels = format == Format::idx   ? read_idx_labels(*input)
                         : format == Format::npy ? labels_of(read_npy(*input, alone))
                                                 : read_csv_labels(*input, rows, alone);
  labels.column.name = "label";
  if (labels.values.size() != rows) {
    throw DataError({path, 0, 0, ""}, fmt::format("{} labels for {} rows", labels.values.size(), rows));
  }
  return labels;
}

}  // namespace plumbline
