#include "plumbline/pipeline/table_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/cells.hpp"
#include "plumbline/data/features.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

ReadOptions read_options(const TableOptions& options) {
  ReadOptions read;
  read.format = options.format;
  read.delimiter = options.delimiter;
  read.header = options.header;
  if (options.missing_values) read.missing_values = *options.missing_values;
  read.labels_path = options.labels_path;
  read.threads = options.threads;
  return read;
}

std::vector<double> extract_weights(const Table& table, const std::string& column) {
  const std::size_t at = table.find(column);
  if (at == Table::kNoColumn) throw DataError({table.path, 0, 0, column}, "the column is not in this table");
  std::vector<double> weights(table.rows);
  for_each_cell(table, at, [&](std::size_t row, double cell) {
    if (!(cell >= 0)) {
      throw DataError({table.path, row + 1, table.line_of(row), column},
                      std::isnan(cell) ? "a row weight is missing" : fmt::format("row weight {} is negative", cell));
    }
    weights[row] = cell;
  });
  return weights;
}

std::vector<std::string> extract_ids(const Table& table, const std::string& column) {
  if (column.empty()) return {};
  const RawTarget cells = extract_target(table, column);
  std::vector<std::string> ids;
  ids.reserve(cells.cells.size());
  for (const double cell : cells.cells) ids.push_back(std::isnan(cell) ? "" : spell(cells, cell));
  return ids;
}

std::vector<double> extract_numbers(const Table& table, const RawTarget& target, const char* role) {
  if (target.text) {
    throw DataError({table.path, 0, 0, target.name},
                    fmt::format("{} must be numbers, and this column holds text", role));
  }
  return target.cells;
}

std::vector<double> extract_labels(const Table& table, const std::vector<std::string>& columns) {
  std::vector<double> labels(table.rows * columns.size());
  for (std::size_t l = 0; l < columns.size(); ++l) {
    const RawTarget target = extract_target(table, columns[l]);
    const std::vector<double> cells = extract_numbers(table, target, "a label (0 or 1)");
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!std::isnan(cells[i]) && cells[i] != 0 && cells[i] != 1) {
        throw DataError({table.path, i + 1, table.line_of(i), columns[l]},
                        fmt::format("a label must be 0 or 1, not {}", cells[i]));
      }
      labels[i * columns.size() + l] = cells[i];
    }
  }
  return labels;
}

std::string row_count(std::size_t rows) { return fmt::format("{} {}", rows, rows == 1 ? "row" : "rows"); }

DataError absent_column(const std::string& path, const std::string& column, const std::vector<std::string>& names) {
  constexpr std::size_t kMostNames = 8;
  std::string text = "the column is not in this table, which has ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  }
  if (names.size() > kMostNames) text += fmt::format(" and {} more", names.size() - kMostNames);
  const bool data = std::any_of(names.begin(), names.end(),
                                [](const std::string& name) { return parse_number(name).kind == NumberKind::finite; });
  if (data) text += "; if that is a row of data, say --no-header";
  return {{path, 0, 0, column}, text};
}

namespace {

std::string cell_count(std::size_t cells) { return fmt::format("{} {}", cells, cells == 1 ? "cell" : "cells"); }

/// A sentence a column, or one for all where there are many.
void add_sentences(const std::vector<std::pair<std::string, std::size_t>>& counts, const std::string& what,
                   std::vector<std::string>& notes) {
  constexpr std::size_t kMostSentences = 4;
  if (counts.size() <= kMostSentences) {
    for (const auto& [column, count] : counts) {
      notes.push_back(fmt::format("column '{}': {} {}", column, cell_count(count), what));
    }
    return;
  }
  std::size_t total = 0;
  std::string columns;
  for (const auto& [column, count] : counts) {
    total += count;
    columns += fmt::format("{}{} ({})", columns.empty() ? "" : ", ", column, count);
  }
  notes.push_back(fmt::format("{} columns: {} {}: {}", counts.size(), cell_count(total), what, columns));
}

}  // namespace

std::vector<std::string> sentences(const EncodeCounts& counts) {
  std::vector<std::string> notes;
  add_sentences(counts.imputed, "missing, imputed", notes);
  add_sentences(counts.missing_levels, "missing, taken as a level of its own", notes);
  add_sentences(counts.unseen_levels, "with a level not seen in training, taken as none of the known ones", notes);
  if (counts.ignored_entries > 0) {
    notes.push_back(cell_count(counts.ignored_entries) + " of features not seen in training ignored");
  }
  return notes;
}

std::vector<bool> rows_missing_features(const Encoder& encoder, const Table& table) {
  std::vector<std::size_t> columns;
  for (const ColumnEncoding& column : encoder.columns) {
    columns.push_back(table.find(column.name));
    if (columns.back() == Table::kNoColumn)
      throw DataError({table.path, 0, 0, column.name}, "the column is not in this table");
  }
  return rows_with_missing(table, columns);
}

std::vector<std::size_t> slots_for(const std::vector<bool>& keep, std::size_t& rows) {
  std::vector<std::size_t> slots(keep.size(), kNoSlot);
  rows = 0;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    if (keep[i]) slots[i] = rows++;
  }
  return slots;
}

void attach_target(const std::vector<double>& target, std::size_t width, const std::vector<double>& row_weight,
                   Dataset& data) {
  data.target_width = width;
  data.target = Buffer<double>(std::max<std::size_t>(data.rows * width, 1));
  if (!row_weight.empty()) data.row_weight = Buffer<double>(std::max<std::size_t>(data.rows, 1));
  for (std::size_t slot = 0; slot < data.rows; ++slot) {
    const std::size_t record = data.record[slot];
    std::copy_n(target.data() + record * width, width, data.target.data() + slot * width);
    if (!row_weight.empty()) data.row_weight[slot] = row_weight[record];
  }
}

namespace {

/// What the targets of a table are to a command.
enum class TargetUse { none, where_there, required };

/// How a model that exists wants each column read.
ReadOptions read_options_for(const LinearModel& model, const std::string& path, const TableOptions& options,
                             TargetUse use) {
  const bool with_target = use != TargetUse::none;
  ReadOptions read = read_options(options);
  std::map<std::string, ColumnUse> uses;
  for (const ColumnEncoding& column : model.encoder.columns) {
    uses[column.name] = column.categorical ? ColumnUse::text : ColumnUse::numeric;
  }
  if (!options.id_column.empty() && !uses.contains(options.id_column)) uses[options.id_column] = ColumnUse::target;
  for (const std::string& target : with_target ? model.targets : std::vector<std::string>{}) {
    uses[target] =
        model.task == Task::regression || model.task == Task::multilabel ? ColumnUse::numeric : ColumnUse::target;
  }
  if (with_target && !model.weights_column.empty()) uses[model.weights_column] = ColumnUse::numeric;
  read.use = [uses](const std::string& name) {
    const auto found = uses.find(name);
    return found == uses.end() ? ColumnUse::skip : found->second;
  };
  // Row weights are of use where they are, and 1 where they are not.
  std::vector<std::string> optional{model.weights_column};
  if (use == TargetUse::where_there) optional.insert(optional.end(), model.targets.begin(), model.targets.end());
  read.on_header = [uses, optional, path](const std::vector<std::string>& names) {
    for (const auto& [column, unused] : uses) {
      const bool needed = std::find(optional.begin(), optional.end(), column) == optional.end();
      if (needed && std::find(names.begin(), names.end(), column) == names.end()) {
        throw absent_column(path, column, names);
      }
    }
  };
  read.need_labels = use == TargetUse::required;
  return read;
}

std::vector<double> target_of(const LinearModel& model, const Table& table, std::vector<std::string>& notes) {
  if (model.task == Task::multilabel) return extract_labels(table, model.targets);
  if (model.targets.empty() && !table.labels)
    throw DataError({table.path, 0, 0, ""},
                    "there are no targets in these data; the model's came with its format (LIBSVM, IDX or --labels)");
  const RawTarget target = extract_target(table, model.targets.empty() ? "" : model.targets[0]);
  if (model.task == Task::regression) return extract_numbers(table, target);
  std::size_t dotted = 0;
  std::vector<double> classes = ClassLabels(model.classes, model.numeric_classes).index(target, table, dotted);
  if (dotted > 0) {
    notes.push_back(fmt::format("{}: {} labels end with a dot that training labels do not have; it was removed",
                                table.path, dotted));
  }
  return classes;
}

}  // namespace

namespace {

bool has_targets(const LinearModel& model, const Table& table) {
  if (model.targets.empty()) return table.labels.has_value();
  return std::all_of(model.targets.begin(), model.targets.end(),
                     [&](const std::string& target) { return table.find(target) != Table::kNoColumn; });
}

ModelTable read_with(const LinearModel& model, const std::string& path, const TableOptions& options, TargetUse use,
                     Progress& progress) {
  ModelTable result;
  ReadOptions read = read_options_for(model, path, options, use);
  read.progress = &progress;
  result.table = read_table(path, read);
  if (result.table.sparse != model.encoder.sparse) {
    throw DataError({path, 0, 0, ""}, result.table.sparse
                                          ? "the model was fitted on a table with named columns; LIBSVM data have none"
                                          : "the model was fitted on LIBSVM data and needs such data here");
  }
  if (result.table.sparse && !options.id_column.empty())
    throw UsageError("--id names a column, and LIBSVM data have none");
  if (use == TargetUse::required || (use == TargetUse::where_there && has_targets(model, result.table))) {
    result.target = target_of(model, result.table, result.notes);
    if (result.table.find(model.weights_column) != Table::kNoColumn && !model.weights_column.empty()) {
      result.row_weight = extract_weights(result.table, model.weights_column);
    }
  }
  result.ids = extract_ids(result.table, options.id_column);
  return result;
}

}  // namespace

ModelTable read_for_model(const LinearModel& model, const std::string& path, const TableOptions& options,
                          bool with_target, Progress& progress) {
  return read_with(model, path, options, with_target ? TargetUse::required : TargetUse::none, progress);
}

ModelTable read_with_targets_if_there(const LinearModel& model, const std::string& path, const TableOptions& options,
                                      Progress& progress) {
  return read_with(model, path, options, TargetUse::where_there, progress);
}

}  // namespace plumbline
