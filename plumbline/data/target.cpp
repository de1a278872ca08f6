#include "plumbline/data/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/cells.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

RawTarget with_description(const TableColumn& column) {
  RawTarget target;
  target.name = column.name;
  target.text = column.text;
  target.levels = column.levels;
  target.spellings = column.spellings;
  return target;
}

std::optional<double> as_number(const std::string& text) {
  const ParsedNumber parsed = parse_number(text);
  if (parsed.kind != NumberKind::finite) return std::nullopt;
  return parsed.value;
}

}  // namespace

RawTarget extract_target(const Table& table, const std::string& column) {
  if (column.empty() && table.labels) {
    RawTarget target = with_description(table.labels->column);
    if (target.name.empty()) target.name = "label";
    target.cells.assign(table.labels->values.begin(), table.labels->values.end());
    return target;
  }
  const std::size_t at = table.find(column);
  if (at == Table::kNoColumn) throw DataError({table.path, 0, 0, column}, "the column is not in this table");
  RawTarget target = with_description(table.columns[at]);
  target.cells.resize(table.rows);
  for_each_cell(table, at, [&](std::size_t row, double cell) { target.cells[row] = cell; });
  return target;
}

std::string spell(const RawTarget& target, double cell) {
  if (target.text) return target.levels[static_cast<std::size_t>(cell)];
  const auto found = std::lower_bound(target.spellings.begin(), target.spellings.end(), cell,
                                      [](const auto& entry, double value) { return entry.first < value; });
  if (found != target.spellings.end() && found->first == cell) return found->second;
  return fmt::format("{}", cell);
}

ClassLabels::ClassLabels(std::vector<std::string> labels, bool numeric)
    : labels_(std::move(labels)), numeric_(numeric) {
  for (const std::string& label : labels_) {
    if (numeric_) numbers_.push_back(as_number(label).value_or(std::nan("")));
  }
}

ClassLabels ClassLabels::of(const RawTarget& target, const std::vector<bool>& use) {
  std::map<double, bool> cells;
  for (std::size_t i = 0; i < target.cells.size(); ++i) {
    if (use[i] && !std::isnan(target.cells[i])) cells[target.cells[i]] = true;
  }
  std::vector<std::string> labels;
  bool numeric = true;
  for (const auto& [cell, unused] : cells) {
    labels.push_back(spell(target, cell));
    numeric = numeric && as_number(labels.back()).has_value();
  }
  std::sort(labels.begin(), labels.end(), [&](const std::string& a, const std::string& b) {
    return numeric && *as_number(a) != *as_number(b) ? *as_number(a) < *as_number(b) : a < b;
  });
  if (numeric) {  // "1" and "1.0" are one class
    labels.erase(std::unique(labels.begin(), labels.end(),
                             [](const std::string& a, const std::string& b) { return *as_number(a) == *as_number(b); }),
                 labels.end());
  }
  return {std::move(labels), numeric};
}

std::optional<std::size_t> ClassLabels::find(const std::string& label) const {
  if (numeric_) {
    const std::optional<double> value = as_number(label);
    if (!value) return std::nullopt;
    const auto found = std::lower_bound(numbers_.begin(), numbers_.end(), *value);
    if (found == numbers_.end() || *found != *value) return std::nullopt;
    return static_cast<std::size_t>(found - numbers_.begin());
  }
  const auto found = std::lower_bound(labels_.begin(), labels_.end(), label);
  if (found == labels_.end() || *found != label) return std::nullopt;
  return static_cast<std::size_t>(found - labels_.begin());
}

std::vector<double> ClassLabels::index(const RawTarget& target, const Table& table, std::size_t& dotted) const {
  std::vector<double> classes(target.cells.size(), std::nan(""));
  std::map<double, std::pair<double, bool>> known;  // cell → class, and whether a dot was taken off
  for (std::size_t i = 0; i < target.cells.size(); ++i) {
    const double cell = target.cells[i];
    if (std::isnan(cell)) continue;
    auto entry = known.find(cell);
    if (entry == known.end()) {
      const std::string label = spell(target, cell);
      std::optional<std::size_t> found = find(label);
      const bool dot = !found && label.ends_with('.');
      if (dot) found = find(label.substr(0, label.size() - 1));
      if (!found) {
        throw DataError({table.path, i + 1, table.line_of(i), target.name},
                        fmt::format("label '{}' was not seen in training", printable(label)));
      }
      entry = known.emplace(cell, std::pair(static_cast<double>(*found), dot)).first;
    }
    classes[i] = entry->second.first;
    dotted += entry->second.second ? 1 : 0;
  }
  return classes;
}

}  // namespace plumbline
