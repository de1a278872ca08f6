#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plumbline {

/// A line of a small CSV that gives a number to a name.
struct NamedNumber {
  std::string name;
  double number = 0;
  std::uint64_t record = 0, line = 0;
};

/// Reads a CSV (or TSV, plain or .gz) of exactly the two columns `name_column` and `number_column`, in any order. Names
/// are text whatever they look like; numbers are finite. Throws FileError and DataError with the line.
std::vector<NamedNumber> read_named_numbers(const std::string& path, const std::string& name_column,
                                            const std::string& number_column);

/// Throws DataError at that line.
[[noreturn]] void refuse(const std::string& path, const NamedNumber& at, const std::string& column,
                         const std::string& problem);

}  // namespace plumbline
