#pragma once

#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/encode.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/target.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// The reader's options that a command's table options come to.
ReadOptions read_options(const TableOptions& options);

/// A table read for a model that exists: its columns as the encoder knows them, targets and weights if `with_target`.
struct ModelTable {
  Table table;
  std::vector<double> target;  ///< (rows, width) class index, number or 0/1; NaN where missing; empty without target
  std::vector<double> row_weight;  ///< (rows) or empty
  std::vector<std::string> ids;
  std::vector<std::string> notes;
};
ModelTable read_for_model(const LinearModel& model, const std::string& path, const TableOptions& options,
                          bool with_target, Progress& progress);

/// The same for a table that may do without targets: `target` is empty then.
ModelTable read_with_targets_if_there(const LinearModel& model, const std::string& path, const TableOptions& options,
                                      Progress& progress);

/// Row weights from a column: finite and not negative, else DataError with the place. Missing is an error.
std::vector<double> extract_weights(const Table& table, const std::string& column);

/// The text of an id column, row by row.
std::vector<std::string> extract_ids(const Table& table, const std::string& column);

/// Targets (rows, labels) of a multilabel table; every cell must be 0, 1 or missing.
std::vector<double> extract_labels(const Table& table, const std::vector<std::string>& columns);

/// Numbers of a regression target; text is a DataError.
std::vector<double> extract_numbers(const Table& table, const RawTarget& target,
                                    const char* role = "the target of a regression");

/// "3 cells of column 'x' hold a level not seen in training …" for each count that is not 0.
std::vector<std::string> sentences(const EncodeCounts& counts);

/// "1 row", "2 rows".
std::string row_count(std::size_t rows);

/// What to say of a column that is not among `names`: what there is instead, and that the first line may be data.
DataError absent_column(const std::string& path, const std::string& column, const std::vector<std::string>& names);

/// Marks rows with a missing cell in any column that the encoder knows. Throws DataError if one is not there.
std::vector<bool> rows_missing_features(const Encoder& encoder, const Table& table);

/// Slots 0, 1, … for the rows that are kept, kNoSlot for the others, in row order; and how many there are.
std::vector<std::size_t> slots_for(const std::vector<bool>& keep, std::size_t& rows);

/// Fills target and weights of the encoded rows from the values by record.
void attach_target(const std::vector<double>& target, std::size_t width, const std::vector<double>& row_weight,
                   Dataset& data);

}  // namespace plumbline
