#include "plumbline/data/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/npy_header.hpp"
#include "plumbline/data/spellings.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kNpyChunkBytes = std::size_t{4} << 20;

/// A column of the file that is stored.
struct StoredColumn {
  std::size_t index = 0;  ///< in the file
  bool spell = false;
  std::uint64_t missing = 0;
  Spellings spellings;
};

/// Reads one file of shape (rows, width).
class NpyReader final {
 public:
  NpyReader(ByteInput& input, const ReadOptions& options) : input_(input), options_(options) {}
  Table read();

 private:
  /// How rows of a cell type in the file become rows of the table.
  using Converter = void (NpyReader::*)(const char* bytes, TableChunk& chunk);

  template <class Source, class Cell>
  void convert(const char* bytes, TableChunk& chunk);
  template <class Source>
  void note(Source value, StoredColumn& column, std::uint64_t row);
  Converter converter();
  void read_shape();
  void choose_columns();
  void read_chunk(std::size_t rows, Converter convert_rows);
  void name_columns();

  ByteInput& input_;
  const ReadOptions& options_;
  NpyHeader header_;
  std::uint64_t rows_ = 0;
  std::size_t width_ = 0;  ///< columns in the file
  std::vector<StoredColumn> stored_;
  std::vector<char> bytes_;
  Table table_;
};

void NpyReader::read_shape() {
  const std::vector<std::uint64_t>& shape = header_.shape;
  if (shape.empty() || shape.size() > 2) {
    refuse(input_, fmt::format("the array has {} dimensions; a table has one or two", shape.size()));
  }
  if (header_.fortran_order && shape.size() == 2) {
    refuse(input_, "the array is in Fortran order; save numpy.ascontiguousarray(array) instead");
  }
  const std::uint64_t columns = shape.size() == 2 ? shape[1] : 1;
  rows_ = shape[0];
  if (rows_ == 0) refuse(input_, "there are no rows");
  if (columns == 0) refuse(input_, "there are no columns");
  if (columns > Table::kMostColumns) refuse(input_, fmt::format("more than {} columns", Table::kMostColumns));
  width_ = static_cast<std::size_t>(columns);
  const std::uint64_t row_bytes = columns * header_.item_bytes;
  const bool overflows = rows_ > (~std::uint64_t{0} - header_.bytes) / row_bytes;
  if (overflows) refuse(input_, "the shape is too large for any file");
  const std::uint64_t stated = header_.bytes + rows_ * row_bytes;
  if (input_.size() != 0 && input_.size() != stated) {
    refuse(input_, fmt::format("the header states {} rows of {} bytes, {} in all, but the file has {}", rows_,
                               row_bytes, stated, input_.size()));
  }
}

NpyReader::Converter NpyReader::converter() {
  const std::string type = fmt::format("{}{}", header_.kind, header_.item_bytes);
  const bool byte_sized = header_.item_bytes == 1;
  if (header_.byte_order == '>' && !byte_sized) {
    refuse(input_, "the cells are big-endian; save array.astype(array.dtype.newbyteorder('<')) instead");
  }
  const bool whole_bytes = type == "u1" || type == "b1";
  table_.scalar = whole_bytes ? Scalar::byte : type == "f4" ? Scalar::f32 : Scalar::f64;
  table_.can_be_missing = header_.kind == 'f';
  if (type == "f8") return &NpyReader::convert<double, double>;
  if (type == "f4") return &NpyReader::convert<float, float>;
  if (whole_bytes) return &NpyReader::convert<std::uint8_t, std::uint8_t>;
  if (type == "i1") return &NpyReader::convert<std::int8_t, double>;
  if (type == "i2") return &NpyReader::convert<std::int16_t, double>;
  if (type == "i4") return &NpyReader::convert<std::int32_t, double>;
  if (type == "i8") return &NpyReader::convert<std::int64_t, double>;
  if (type == "u2") return &NpyReader::convert<std::uint16_t, double>;
  if (type == "u4") return &NpyReader::convert<std::uint32_t, double>;
  if (type == "u8") return &NpyReader::convert<std::uint64_t, double>;
  refuse(input_, fmt::format("cells of type '{}{}' are not read; save array.astype('float64') instead",
                             header_.byte_order, type));
}

template <class Source>
void NpyReader::note(Source value, StoredColumn& column, std::uint64_t row) {
  if constexpr (std::is_floating_point_v<Source>) {
    if (std::isnan(value)) {
      ++column.missing;
      return;
    }
    if (std::isinf(value)) {
      throw DataError({input_.path(), row + 1, 0, fmt::format("c{}", column.index)},
                      fmt::format("'{}' is not a finite number", value));
    }
  }
  if (column.spell) column.spellings.note(static_cast<double>(value), fmt::format("{}", value));
}

template <class Source, class Cell>
void NpyReader::convert(const char* bytes, TableChunk& chunk) {
  auto* cell = reinterpret_cast<Cell*>(chunk.cells.data());
  for (std::size_t row = 0; row < chunk.rows; ++row, bytes += width_ * sizeof(Source)) {
    for (StoredColumn& column : stored_) {
      Source value{};
      std::memcpy(&value, bytes + column.index * sizeof(Source), sizeof value);
      note(value, column, chunk.first_row + row);
      *cell++ = static_cast<Cell>(value);
    }
  }
}

void NpyReader::choose_columns() {
  std::vector<std::string> names;
  for (std::size_t j = 0; j < width_; ++j) names.push_back(fmt::format("c{}", j));
  if (options_.on_header) options_.on_header(names);
  for (std::size_t j = 0; j < width_; ++j) {
    const ColumnUse use = options_.use ? options_.use(names[j]) : ColumnUse::automatic;
    if (use == ColumnUse::skip) continue;
    stored_.push_back({j, use == ColumnUse::target || use == ColumnUse::text, 0, {}});
  }
  table_.width = stored_.size();
}

void NpyReader::read_chunk(std::size_t rows, Converter convert_rows) {
  const std::size_t row_bytes = width_ * static_cast<std::size_t>(header_.item_bytes);
  bytes_.resize(rows * row_bytes);
  const std::size_t got = input_.read(bytes_.data(), bytes_.size());
  if (got < bytes_.size()) {
    refuse(input_, "the file ends before the rows that its header states", table_.rows + got / row_bytes + 1);
  }
  TableChunk chunk;
  chunk.first_row = table_.rows;
  chunk.rows = rows;
  chunk.cells = Buffer<std::byte>(rows * table_.width * size_of(table_.scalar));
  (this->*convert_rows)(bytes_.data(), chunk);
  table_.rows += rows;
  table_.chunks.push_back(std::move(chunk));
}

void NpyReader::name_columns() {
  for (StoredColumn& stored : stored_) {
    TableColumn column;
    column.name = fmt::format("c{}", stored.index);
    column.missing = stored.missing;
    column.spellings = stored.spellings.take();
    table_.columns.push_back(std::move(column));
  }
}

Table NpyReader::read() {
  table_.path = input_.path();
  header_ = read_npy_header(input_);
  const Converter convert_rows = converter();
  read_shape();
  choose_columns();
  const std::uint64_t most_rows = std::max<std::uint64_t>(1, kNpyChunkBytes / (width_ * header_.item_bytes));
  while (table_.rows < rows_) {
    read_chunk(static_cast<std::size_t>(std::min(most_rows, rows_ - table_.rows)), convert_rows);
    report_reading(options_.progress, input_.position(), input_.total());
  }
  char byte = 0;
  if (input_.read(&byte, 1) != 0) refuse(input_, "there are more bytes than the shape in the header states");
  name_columns();
  return std::move(table_);
}

}  // namespace

Table read_npy(ByteInput& input, const ReadOptions& options) { return NpyReader(input, options).read(); }

}  // namespace plumbline
