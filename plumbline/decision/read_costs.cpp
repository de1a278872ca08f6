#include "plumbline/decision/read_costs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Finds classes by how they are spelled, or by value where all are numbers.
class Labels final {
 public:
  explicit Labels(const std::vector<std::string>& labels) : labels_(labels) {
    numeric_ = std::all_of(labels.begin(), labels.end(), is_number);
  }
  std::size_t size() const { return labels_.size(); }
  const std::string& operator[](std::size_t k) const { return labels_[k]; }
  std::size_t find(const std::string& name) const {
    for (std::size_t k = 0; k < labels_.size(); ++k) {
      if (labels_[k] == name) return k;
      if (numeric_ && is_number(name) && parse_number(labels_[k]).value == parse_number(name).value) return k;
    }
    return kNone;
  }

 private:
  static bool is_number(const std::string& text) { return parse_number(text).kind == NumberKind::finite; }
  const std::vector<std::string>& labels_;
  bool numeric_ = false;
};

/// Puts names in the place of the classes they name; `where` says whether rows or columns are meant.
class Placing final {
 public:
  Placing(const std::string& path, const Labels& labels, const char* where)
      : path_(path), labels_(labels), where_(where), seen_(labels.size()) {}
  std::size_t place(const std::string& name, std::uint64_t record, std::uint64_t line) {
    const std::size_t k = labels_.find(name);
    if (k == kNone) refuse(record, line, fmt::format("names '{}', which is no class", printable(name)));
    if (seen_[k]) refuse(record, line, fmt::format("names the class '{}' twice", printable(name)));
    seen_[k] = true;
    return k;
  }
  void finish() const {
    const auto missing = std::find(seen_.begin(), seen_.end(), false);
    if (missing == seen_.end()) return;
    refuse(0, 0,
           fmt::format("lacks the class '{}'", printable(labels_[static_cast<std::size_t>(missing - seen_.begin())])));
  }

 private:
  [[noreturn]] void refuse(std::uint64_t record, std::uint64_t line, const std::string& problem) const {
    throw DataError({path_, record, line, ""}, fmt::format("{} of the costs {}", where_, problem));
  }
  const std::string& path_;
  const Labels& labels_;
  const char* where_;
  std::vector<bool> seen_;
};

/// The class of each column but the first.
std::vector<std::size_t> true_classes(const std::string& path, const std::vector<std::string>& names,
                                      const Labels& labels) {
  Placing columns(path, labels, "the header");
  std::vector<std::size_t> place;
  for (std::size_t j = 1; j < names.size(); ++j) place.push_back(columns.place(names[j], 0, 1));
  columns.finish();
  return place;
}

}  // namespace

CostMatrix read_costs(const std::string& path, const std::vector<std::string>& labels) {
  const Labels classes(labels);
  std::vector<std::size_t> column_class;
  ReadOptions options;
  options.format = format_of(path) == Format::tsv ? Format::tsv : Format::csv;
  options.missing_values.clear();
  options.threads = 1;
  bool first = true;
  options.use = [&](const std::string& /*name*/) {  // asked column by column
    return std::exchange(first, false) ? ColumnUse::text : ColumnUse::numeric;
  };
  options.on_header = [&](const std::vector<std::string>& names) { column_class = true_classes(path, names, classes); };
  const Table table = read_table(path, options);
  CostMatrix costs;
  costs.classes = labels.size();
  costs.cost.assign(labels.size() * labels.size(), 0);
  Placing rows(path, classes, "the first column");
  for (const TableChunk& chunk : table.chunks) {
    const auto* cells = reinterpret_cast<const double*>(chunk.cells.data());
    for (std::size_t i = 0; i < chunk.rows; ++i, cells += table.width) {
      const std::size_t record = chunk.first_row + i;
      const std::uint64_t line = table.line_of(record);
      if (std::isnan(cells[0])) throw DataError({path, record + 1, line, ""}, "the name of the class is empty");
      const std::size_t decided =
          rows.place(table.columns[0].levels[static_cast<std::size_t>(cells[0])], record + 1, line);
      for (std::size_t j = 0; j < column_class.size(); ++j) {
        if (!std::isfinite(cells[j + 1]))
          throw DataError({path, record + 1, line, labels[column_class[j]]}, "the cost is empty");
        costs.cost[decided * labels.size() + column_class[j]] = cells[j + 1];
      }
    }
  }
  rows.finish();
  return costs;
}

}  // namespace plumbline
