#include "plumbline/data/penalty_factors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "plumbline/data/named_numbers.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

/// Encoded features [first, second) by the column that they come from.
std::map<std::string, std::pair<std::size_t, std::size_t>> columns_of(const Encoder& encoder) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> columns;
  std::size_t begin = 0;
  for (const ColumnEncoding& column : encoder.columns) {
    columns[column.name] = {begin, begin + column.width()};
    begin += column.width();
  }
  return columns;
}

}  // namespace

std::vector<double> read_penalty_factors(const std::string& path, const Encoder& encoder) {
  const auto columns = columns_of(encoder);
  std::map<std::string, std::size_t> features;
  const std::vector<std::string> names = encoder.feature_names();
  for (std::size_t j = 0; j < names.size(); ++j) features.emplace(names[j], j);
  std::vector<double> factors(encoder.width(), 1);
  std::map<std::size_t, double> of_features;  // they go before columns
  std::set<std::string> seen;
  for (const NamedNumber& line : read_named_numbers(path, "feature", "factor")) {
    const auto column = columns.find(line.name);
    const auto feature = features.find(line.name);
    if (column == columns.end() && feature == features.end()) {
      refuse(path, line, "feature", fmt::format("there is no feature '{}'", printable(line.name)));
    }
    if (!seen.insert(line.name).second) {
      refuse(path, line, "feature", fmt::format("'{}' comes twice", printable(line.name)));
    }
    if (!(line.number >= 0)) {
      refuse(path, line, "factor", fmt::format("a factor must not be negative, and this is {}", line.number));
    }
    if (column == columns.end()) {
      of_features[feature->second] = line.number;
    } else {
      std::fill(factors.begin() + static_cast<std::ptrdiff_t>(column->second.first),
                factors.begin() + static_cast<std::ptrdiff_t>(column->second.second), line.number);
    }
  }
  for (const auto& [j, factor] : of_features) factors[j] = factor;
  return factors;
}

}  // namespace plumbline
