#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// One column of a table as it was read, before anything is decided about its use.
struct TableColumn {
  std::string name;
  /// A text column's cells hold codes 0, 1, … into `levels`; a numeric column's cells hold the number. NaN = missing in
  /// both.
  bool text = false;
  std::vector<std::string> levels;  ///< text: by code, in order of first appearance, spelled as in the file
  /// text: more levels than were asked for; `levels` then holds the first ones only, and the codes are of no use.
  bool too_many_levels = false;
  /// numeric column that was read as a possible target: each distinct value (ascending) with its first spelling; empty
  /// when there are more than kMostSpellings.
  std::vector<std::pair<double, std::string>> spellings;
  std::uint64_t missing = 0;  ///< cells

  static constexpr std::size_t kMostSpellings = 4096;
};

/// Consecutive rows of a table. Dense: row-major cells of type Table::scalar, (rows, columns). Sparse: CSR.
/// Chunks are handed over to the encoder one by one and released, so that raw and encoded cells never both stand whole.
struct TableChunk {
  std::size_t first_row = 0;
  std::size_t rows = 0;
  Buffer<std::byte> cells;                 ///< dense
  Buffer<std::uint64_t> offsets;           ///< sparse: rows + 1, from 0
  Buffer<std::uint32_t> indices;           ///< sparse: strictly increasing within a row
  Buffer<double> values;                   ///< sparse; finite
  std::uint64_t first_line = 0;            ///< physical line of the chunk's first record; 0 for binary formats
  std::vector<std::uint32_t> line_of_row;  ///< lines past first_line by row; empty: one row a line
};

/// A table in memory, as read: for CSV and TSV every column that was not skipped (targets and weights included); for
/// LIBSVM, IDX and npy with a labels file the features alone, with `labels` apart.
struct Table {
  std::string path;
  std::vector<TableColumn> columns;  ///< dense: one per stored column; sparse: empty (names are f1, f2, … on demand)
  std::size_t width = 0;             ///< stored columns
  std::size_t rows = 0;
  bool sparse = false;
  Scalar scalar = Scalar::f64;  ///< of dense cells
  double byte_scale = 1.0;      ///< IDX: 1/255
  bool images = false;          ///< IDX: standardisation is off by default
  bool can_be_missing = true;   ///< false where the format has no missing values (LIBSVM, bytes)
  std::vector<TableChunk> chunks;
  /// The target that comes apart from the cells: codes or numbers as in a column, (rows).
  struct Labels {
    TableColumn column;
    Buffer<double> values;
  };
  std::optional<Labels> labels;

  /// The most columns of a dense table, so that a lying header cannot ask for all memory.
  static constexpr std::size_t kMostColumns = 1'000'000;
  static constexpr std::size_t kNoColumn = std::numeric_limits<std::size_t>::max();
  /// Index of the named stored column, kNoColumn if there is none (sparse tables have no named ones).
  std::size_t find(const std::string& name) const;
  /// Physical line of a row (0: unknown), for messages.
  std::uint64_t line_of(std::size_t row) const;
};

}  // namespace plumbline
