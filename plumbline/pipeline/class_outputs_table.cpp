#include "plumbline/pipeline/class_outputs_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/labels.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/text.hpp"
#include "plumbline/pipeline/table_reading.hpp"

namespace plumbline {
namespace {

constexpr double kSumTolerance = 1e-4;

/// The table's chunks put one behind the other; each is released as soon as it is copied.
void take_cells(Table& table, ClassOutputsTable& outputs) {
  outputs.rows = table.rows;
  outputs.classes = table.width;
  const bool bytes = table.scalar == Scalar::byte;
  outputs.scalar = bytes ? Scalar::f64 : table.scalar;
  outputs.cells = Buffer<std::byte>(table.rows * table.width * size_of(outputs.scalar));
  std::byte* to = outputs.cells.data();
  for (TableChunk& chunk : table.chunks) {
    if (!bytes) {
      std::memcpy(to, chunk.cells.data(), chunk.cells.size());
      to += chunk.cells.size();
    } else {
      for (const std::byte cell : chunk.cells) {
        const double value = std::to_integer<int>(cell);
        std::memcpy(to, &value, sizeof value);
        to += sizeof value;
      }
    }
    chunk.cells.release();
  }
}

/// What is wrong with a row of probabilities.
std::string problem_of(const double* p, std::size_t classes) {
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    if (p[k] < 0) return fmt::format("the probability {:.10g} is below 0", p[k]);
    sum += p[k];
  }
  if (std::fabs(sum - 1) <= kSumTolerance) return "";
  return fmt::format("the probabilities sum to {:.10g}, not to 1 within {}", sum, kSumTolerance);
}

void check_rows(const Table& table, ClassOutputsTable& outputs) {
  ClassOutputs view = outputs.view();
  view.kind = OutputKind::logits;  // the cells as they stand
  std::vector<double> row(outputs.classes);
  for (std::size_t i = 0; i < outputs.rows; ++i) {
    logits_of_row(view, i, row.data());
    std::string problem;
    const auto bad = std::find_if(row.begin(), row.end(), [](double cell) { return !std::isfinite(cell); });
    if (bad != row.end()) {
      const auto k = static_cast<std::size_t>(bad - row.begin());
      throw DataError({table.path, i + 1, table.line_of(i), table.columns[k].name}, "the cell is missing or NaN");
    }
    if (outputs.kind == OutputKind::logits) continue;
    problem = problem_of(row.data(), outputs.classes);
    if (!problem.empty()) throw DataError({table.path, i + 1, table.line_of(i), ""}, problem);
    outputs.zeros += static_cast<std::size_t>(std::count(row.begin(), row.end(), 0.0));
  }
}

std::optional<double> as_number(const std::string& text) {
  const ParsedNumber parsed = parse_number(text);
  if (parsed.kind != NumberKind::finite) return std::nullopt;
  return parsed.value;
}

/// The labels by name, or nothing if one of them is no name of a class.
std::optional<std::vector<std::uint32_t>> labels_by_name(const Table::Labels& labels,
                                                         const std::vector<std::string>& names) {
  std::map<std::string, std::uint32_t> by_text;
  std::map<double, std::uint32_t> by_number;
  for (std::size_t k = 0; k < names.size(); ++k) {
    by_text.emplace(names[k], static_cast<std::uint32_t>(k));
    if (const auto number = as_number(names[k])) by_number.emplace(*number, static_cast<std::uint32_t>(k));
  }
  std::vector<std::uint32_t> found;
  found.reserve(labels.values.size());
  for (const double value : labels.values) {
    if (std::isnan(value)) return std::nullopt;
    if (labels.column.text) {
      const auto name = by_text.find(labels.column.levels[static_cast<std::size_t>(value)]);
      if (name == by_text.end()) return std::nullopt;
      found.push_back(name->second);
    } else {
      const auto name = by_number.find(value);
      if (name == by_number.end()) return std::nullopt;
      found.push_back(name->second);
    }
  }
  return found;
}

/// The labels as indices. Throws DataError at the first that is none, nor one of `names`.
std::vector<std::uint32_t> labels_by_index(const std::string& path, const Table::Labels& labels,
                                           const std::vector<std::string>& names) {
  const std::size_t classes = names.size();
  std::vector<std::uint32_t> found(labels.values.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double value = labels.values[i];
    const Place place{path, i + 1, 0, ""};
    if (std::isnan(value)) throw DataError(place, "the label is missing");
    if (labels.column.text) {
      const std::string& text = labels.column.levels[static_cast<std::size_t>(value)];
      const auto name = std::find(names.begin(), names.end(), text);
      if (name == names.end())
        throw DataError(place, fmt::format("the label '{}' is no class's name", printable(text)));
      found[i] = static_cast<std::uint32_t>(name - names.begin());
      continue;
    }
    if (!(value >= 0 && value < static_cast<double>(classes)) || value != std::floor(value)) {
      throw DataError(place, fmt::format("the label {} is no class: there are 0 to {}", value, classes - 1));
    }
    found[i] = static_cast<std::uint32_t>(value);
  }
  return found;
}

void take_labels(const TableOptions& options, bool named, ClassOutputsTable& outputs) {
  const Table::Labels labels = read_labels(options.labels_path, outputs.rows, read_options(options));
  if (named) {
    if (auto found = labels_by_name(labels, outputs.names)) {
      outputs.label = std::move(*found);
      return;
    }
    if (!labels.column.text) outputs.notes.emplace_back("the labels are read as the numbers of the columns, from 0");
  }
  outputs.label = labels_by_index(options.labels_path, labels, outputs.names);
}

}  // namespace

ClassOutputs ClassOutputsTable::view(std::size_t begin, std::size_t count) const {
  ClassOutputs outputs;
  outputs.scores = {cells.data() + begin * classes * size_of(scalar), count, classes, classes, scalar, 1.0};
  outputs.kind = kind;
  outputs.label = label.empty() ? nullptr : label.data() + begin;
  return outputs;
}

ClassOutputsTable read_class_outputs(const std::string& path, OutputKind kind, const TableOptions& options,
                                     Progress& progress) {
  ReadOptions reading = read_options(options);
  const std::optional<Format> format = reading.format ? reading.format : format_of(path);
  if (format == Format::libsvm || format == Format::idx) {
    throw UsageError("outputs of a classifier are read from npy, csv and tsv");
  }
  reading.labels_path.clear();
  reading.progress = &progress;
  reading.use = [](const std::string&) { return ColumnUse::numeric; };
  Table table = read_table(path, reading);
  if (table.width < 2)
    throw DataError({path, 0, 0, ""}, "there is one column; a classifier has one a class, two at least");
  if (table.rows == 0) throw DataError({path, 0, 0, ""}, "there are no rows");
  ClassOutputsTable outputs;
  outputs.kind = kind;
  take_cells(table, outputs);
  check_rows(table, outputs);
  const bool named = format != Format::npy && options.header;
  for (std::size_t k = 0; k < table.width; ++k) {
    outputs.names.push_back(named ? table.columns[k].name : fmt::format("{}", k));
  }
  take_labels(options, named, outputs);
  if (outputs.zeros > 0) {
    outputs.notes.push_back(
        fmt::format("{} probabilities are 0 and count as {:.3g}, the smallest normal number of their type",
                    outputs.zeros, smallest_probability(outputs.scalar)));
  }
  return outputs;
}

}  // namespace plumbline
