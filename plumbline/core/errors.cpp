#include "plumbline/core/errors.hpp"

#include <fmt/format.h>

namespace plumbline {

std::string describe(const Place& place) {
  std::string text = place.path == "-" ? "standard input" : place.path;
  const char* separator = text.empty() ? "" : ": ";
  const auto add = [&](const std::string& part) {
    text += separator + part;
    separator = ", ";
  };
  if (place.record != 0) add(fmt::format("record {}", place.record));
  if (place.line != 0) add(fmt::format("line {}", place.line));
  if (!place.column.empty()) add(fmt::format("column '{}'", place.column));
  return text;
}

DataError::DataError(Place where, const std::string& problem)
    : std::runtime_error(describe(where) + ": " + problem), place_(std::move(where)), problem_(problem) {}

FileError::FileError(const std::string& path, const std::string& problem)
    : std::runtime_error((path == "-"    ? "standard input"
                          : path.empty() ? "''"
                                         : path) +
                         ": " + problem) {}

void require(bool holds, const char* function, const char* argument, const std::string& expected_and_got) {
  if (!holds) throw std::invalid_argument(fmt::format("{}: {} must be {}", function, argument, expected_and_got));
}

}  // namespace plumbline
