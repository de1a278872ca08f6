#include "plumbline/data/encode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

/// One column of the encoder, bound to a column of the table.
struct BoundColumn {
  const ColumnEncoding* encoding = nullptr;
  std::size_t source = 0;  ///< column of the table
  std::size_t offset = 0;  ///< first column of X
  std::vector<std::ptrdiff_t>
      place;  ///< categorical: by code, the column of X relative to offset, −1 for none (reference), −2 unseen
};

constexpr std::ptrdiff_t kUnseen = -2;

std::vector<std::ptrdiff_t> places_of(const TableColumn& column, const ColumnEncoding& encoding) {
  std::unordered_map<std::string, std::ptrdiff_t> known;
  for (std::size_t level = 0; level < encoding.levels.size(); ++level) {
    known[encoding.levels[level]] = static_cast<std::ptrdiff_t>(level) - (encoding.reference ? 1 : 0);
  }
  std::vector<std::ptrdiff_t> places;
  for (const std::string& level : column.levels) {
    const auto found = known.find(level);
    places.push_back(found == known.end() ? kUnseen : found->second);
  }
  return places;
}

BoundColumn bind(const Table& table, const ColumnEncoding& encoding, std::size_t offset) {
  BoundColumn bound;
  bound.encoding = &encoding;
  bound.offset = offset;
  bound.source = table.find(encoding.name);
  if (bound.source == Table::kNoColumn) {
    throw DataError({table.path, 0, 0, encoding.name}, "the column is not in this table");
  }
  const TableColumn& column = table.columns[bound.source];
  if (encoding.categorical && !column.text) {
    throw DataError({table.path, 0, 0, encoding.name},
                    "the model knows this column as text, here it is numeric storage");
  }
  if (!encoding.categorical && column.text) {
    throw DataError({table.path, 0, 0, encoding.name}, "the model knows this column as numbers, here it holds text");
  }
  if (encoding.categorical) bound.place = places_of(column, encoding);
  return bound;
}

template <class T>
class DenseEncoder final {
 public:
  DenseEncoder(const Table& table, const Encoder& encoder, Dataset& out)
      : table_(table), encoder_(encoder), out_(out), unseen_(encoder.columns.size()), missing_(encoder.columns.size()) {
    std::size_t offset = 0;
    for (const ColumnEncoding& column : encoder.columns) {
      columns_.push_back(bind(table, column, offset));
      offset += column.width();
    }
  }

  template <class Source>
  void encode_chunk(const TableChunk& chunk, const std::vector<std::size_t>& slots) {
    const auto* cells = reinterpret_cast<const Source*>(chunk.cells.data());
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      const std::size_t slot = slots[chunk.first_row + i];
      if (slot == kNoSlot) continue;
      T* row = reinterpret_cast<T*>(out_.cells.data()) + slot * out_.columns;
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        encode_cell(c, static_cast<double>(cells[i * table_.width + columns_[c].source]), row, chunk.first_row + i);
      }
    }
  }

  void report(EncodeCounts& counts) const {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (unseen_[c] > 0) counts.unseen_levels.emplace_back(encoder_.columns[c].name, unseen_[c]);
      auto& missing = encoder_.columns[c].categorical ? counts.missing_levels : counts.imputed;
      if (missing_[c] > 0) missing.emplace_back(encoder_.columns[c].name, missing_[c]);
    }
  }

 private:
  void encode_cell(std::size_t c, double cell, T* row, std::size_t record) {
    const BoundColumn& column = columns_[c];
    T* out = row + column.offset;
    if (std::isnan(cell)) {
      encode_missing(c, out, record);
    } else if (!column.encoding->categorical) {
      encode_number(*column.encoding, cell, out, record);
    } else {
      const std::ptrdiff_t place = column.place[static_cast<std::size_t>(cell)];
      if (place >= 0) out[place] = T{1};
      if (place == kUnseen) ++unseen_[c];
    }
  }

  /// The number and its powers, each rounded once.
  void encode_number(const ColumnEncoding& encoding, double number, T* out, std::size_t record) const {
    out[0] = static_cast<T>(number);
    DoubleDouble power(number);
    for (std::size_t k = 1; k < encoding.degree; ++k) {
      power = power * number;
      if (!is_finite(power)) {
        throw DataError({table_.path, record + 1, table_.line_of(record), encoding.name},
                        fmt::format("{} to the power of {} is more than a double can hold", number, k + 1));
      }
      out[k] = static_cast<T>(power.high);
    }
  }

  void encode_missing(std::size_t c, T* out, std::size_t record) {
    const ColumnEncoding& encoding = *columns_[c].encoding;
    if (encoder_.missing == MissingPolicy::error) {
      throw DataError({table_.path, record + 1, table_.line_of(record), encoding.name},
                      "the cell is missing (--missing error)");
    }
    // A missing category is a level like any other: new, where training had none.
    ++(encoding.categorical && !encoding.indicator ? unseen_ : missing_)[c];
    if (!encoding.categorical) encode_number(encoding, encoding.fill, out, record);
    if (encoding.indicator) out[encoding.width() - 1] = T{1};
  }

  const Table& table_;
  const Encoder& encoder_;
  Dataset& out_;
  std::vector<BoundColumn> columns_;
  std::vector<std::atomic<std::size_t>> unseen_, missing_;
};

template <class T>
void encode_dense_as(Table& table, const Encoder& encoder, const std::vector<std::size_t>& slots, Dataset& out,
                     EncodeCounts& counts) {
  DenseEncoder<T> dense(table, encoder, out);
  parallel_for(table.chunks.size(), [&](std::size_t c) {
    TableChunk& chunk = table.chunks[c];
    if (table.scalar == Scalar::byte) dense.template encode_chunk<std::uint8_t>(chunk, slots);
    if (table.scalar == Scalar::f32) dense.template encode_chunk<float>(chunk, slots);
    if (table.scalar == Scalar::f64) dense.template encode_chunk<double>(chunk, slots);
    chunk.cells.release();
  });
  dense.report(counts);
}

void encode_dense(Table& table, const Encoder& encoder, const std::vector<std::size_t>& slots, Dataset& out,
                  EncodeCounts& counts) {
  const bool copies = std::all_of(encoder.columns.begin(), encoder.columns.end(), [](const ColumnEncoding& c) {
    return !c.categorical && !c.indicator && c.degree == 1;
  });
  out.scalar = copies ? table.scalar : Scalar::f64;
  out.byte_scale = table.byte_scale;
  out.cells = Buffer<std::byte>(std::max<std::size_t>(out.rows * out.columns * size_of(out.scalar), 1));
  counts.ignored_columns = table.columns.size() - std::min(table.columns.size(), encoder.columns.size());
  if (out.scalar == Scalar::byte) encode_dense_as<std::uint8_t>(table, encoder, slots, out, counts);
  if (out.scalar == Scalar::f32) encode_dense_as<float>(table, encoder, slots, out, counts);
  if (out.scalar == Scalar::f64) encode_dense_as<double>(table, encoder, slots, out, counts);
}

/// Entries of row i of a chunk that lie within the known width.
std::size_t known_entries(const TableChunk& chunk, std::size_t i, std::size_t width) {
  const std::uint32_t* begin = chunk.indices.data() + chunk.offsets[i];
  const std::uint32_t* end = chunk.indices.data() + chunk.offsets[i + 1];
  return static_cast<std::size_t>(std::lower_bound(begin, end, width) - begin);
}

void encode_sparse(Table& table, const Encoder& encoder, const std::vector<std::size_t>& slots, Dataset& out,
                   EncodeCounts& counts) {
  out.sparse = true;
  out.offsets = Buffer<std::uint64_t>(out.rows + 1);
  for (const TableChunk& chunk : table.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      const std::size_t slot = slots[chunk.first_row + i];
      if (slot == kNoSlot) continue;
      const std::size_t known = known_entries(chunk, i, encoder.sparse_width);
      out.offsets[slot + 1] = known;
      counts.ignored_entries += chunk.offsets[i + 1] - chunk.offsets[i] - known;
    }
  }
  for (std::size_t slot = 0; slot < out.rows; ++slot) out.offsets[slot + 1] += out.offsets[slot];
  const std::size_t entries = out.offsets[out.rows];
  out.indices = Buffer<std::uint32_t>(std::max<std::size_t>(entries, 1));
  out.values = Buffer<double>(std::max<std::size_t>(entries, 1));
  parallel_for(table.chunks.size(), [&](std::size_t c) {
    TableChunk& chunk = table.chunks[c];
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      const std::size_t slot = slots[chunk.first_row + i];
      if (slot == kNoSlot) continue;
      const std::size_t known = known_entries(chunk, i, encoder.sparse_width);
      std::copy_n(chunk.indices.data() + chunk.offsets[i], known, out.indices.data() + out.offsets[slot]);
      std::copy_n(chunk.values.data() + chunk.offsets[i], known, out.values.data() + out.offsets[slot]);
    }
    chunk.indices.release();
    chunk.values.release();
    chunk.offsets.release();
  });
}

}  // namespace

Dataset encode(Table& table, const Encoder& encoder, const std::vector<std::size_t>& slots, std::size_t rows,
               EncodeCounts& counts) {
  require(slots.size() == table.rows, "encode", "slots",
          fmt::format("one for each of {} rows, got {}", table.rows, slots.size()));
  if (table.sparse != encoder.sparse) {
    throw DataError({table.path, 0, 0, ""},
                    encoder.sparse ? "the model was fitted on LIBSVM data and needs such data here"
                                   : "the model was fitted on a table with named columns; LIBSVM data have none");
  }
  Dataset out;
  out.rows = rows;
  out.columns = encoder.width();
  out.record.resize(rows);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i] != kNoSlot) out.record[slots[i]] = static_cast<std::uint32_t>(i);
  }
  if (table.sparse) {
    encode_sparse(table, encoder, slots, out, counts);
  } else {
    encode_dense(table, encoder, slots, out, counts);
  }
  return out;
}

}  // namespace plumbline
