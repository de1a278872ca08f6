#include "plumbline/data/class_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/named_numbers.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

bool is_same_label(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const ParsedNumber first = parse_number(a), second = parse_number(b);
  return first.kind == NumberKind::finite && second.kind == NumberKind::finite && first.value == second.value;
}

/// Numbers stand for each other however they are spelled only where all labels are numbers.
std::optional<std::size_t> find(const std::vector<std::string>& labels, bool numeric, const std::string& name) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&](const std::string& label) {
    return numeric ? is_same_label(label, name) : label == name;
  });
  if (found == labels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - labels.begin());
}

}  // namespace

std::vector<double> read_class_weights(const std::string& path, const std::vector<std::string>& labels) {
  const bool numeric = std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return parse_number(label).kind == NumberKind::finite;
  });
  std::vector<double> weights(labels.size(), 0);
  for (const NamedNumber& line : read_named_numbers(path, "class", "weight")) {
    const std::optional<std::size_t> k = find(labels, numeric, line.name);
    if (!k)
      refuse(path, line, "class", fmt::format("there is no class '{}' in the training rows", printable(line.name)));
    if (weights[*k] != 0) refuse(path, line, "class", fmt::format("'{}' comes twice", printable(line.name)));
    if (!(line.number > 0)) refuse(path, line, "weight", fmt::format("a weight must be positive, not {}", line.number));
    weights[*k] = line.number;
  }
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (weights[k] != 0) continue;
    throw DataError({path, 0, 0, "class"}, fmt::format("there is no weight for the class '{}'", printable(labels[k])));
  }
  return weights;
}

std::vector<double> balanced_class_weights(const std::vector<double>& class_totals) {
  const double total = std::accumulate(class_totals.begin(), class_totals.end(), 0.0);
  const auto present = static_cast<double>(
      std::count_if(class_totals.begin(), class_totals.end(), [](double weight) { return weight > 0; }));
  std::vector<double> multiplier;
  multiplier.reserve(class_totals.size());
  for (const double weight : class_totals) multiplier.push_back(weight > 0 ? total / present / weight : 1);
  return multiplier;
}

std::vector<double> class_totals(RowSource& source, std::size_t classes) {
  std::vector<double> totals(classes, 0);
  source.rewind();
  for (RowBlock block; source.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      totals.at(static_cast<std::size_t>(block.target[i])) += block.row_weight == nullptr ? 1 : block.row_weight[i];
    }
  }
  return totals;
}

void multiply_by_class(const std::vector<double>& multiplier, const double* target, std::size_t rows,
                       double* row_weight) {
  for (std::size_t i = 0; i < rows; ++i) row_weight[i] *= multiplier.at(static_cast<std::size_t>(target[i]));
}

}  // namespace plumbline
