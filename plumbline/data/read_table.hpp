#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

enum class Format { csv, tsv, libsvm, npy, idx };

/// How a delimited column is to be read.
enum class ColumnUse {
  automatic,  ///< numeric if every cell that is not missing is a number, else text
  target,     ///< as automatic, and remember how numbers were spelled; text without limit of levels
  numeric,    ///< a cell that is not a number is bad data
  text,       ///< never numeric, even "1.50"; levels without limit
  skip        ///< not stored
};

struct ReadOptions {
  std::optional<Format> format;   ///< by the name's ending if absent
  std::optional<char> delimiter;  ///< found by looking if absent (CSV; TSV is always a tab)
  bool header = true;             ///< false: columns are named c0, c1, …
  /// Compared without regard to case after trimming; empty cells count as missing only if "" is in the list.
  std::vector<std::string> missing_values = default_missing_values();
  std::size_t max_levels = 100;  ///< of an automatic text column before it is given up as free text
  /// Asked once per column of CSV, TSV and npy, when the header is known; absent: all automatic.
  std::function<ColumnUse(const std::string& name)> use;
  /// CSV, TSV, npy: called once with the columns' names before any row is parsed, so that absent columns are reported
  /// early.
  std::function<void(const std::vector<std::string>& names)> on_header;
  /// IDX, npy: file with the targets (IDX, npy or CSV of one column; a CSV has a header exactly if it has one record
  /// more than there are rows). IDX finds it beside the images if empty.
  std::string labels_path;
  bool need_labels = true;  ///< IDX: false for predict, where a missing labels file is no error
  std::size_t threads = 0;  ///< 0: all
  Progress* progress = nullptr;

  static std::vector<std::string> default_missing_values();  ///< "", NA, NaN, ?, null
};

/// The format that a path's ending names (".gz" taken off first); nothing for an unknown ending. "-" is CSV.
std::optional<Format> format_of(const std::string& path);

/// Reads a whole table: CSV, TSV, LIBSVM, IDX or npy, plain or .gz, "-" for standard input (CSV unless `format`).
/// Cells parsed once (twice if a column that began numeric turns out to be text), in parallel, O(bytes).
/// Throws FileError (cannot be read), UsageError (unknown ending), DataError (what is in it, with record and line).
Table read_table(const std::string& path, const ReadOptions& options);

}  // namespace plumbline
