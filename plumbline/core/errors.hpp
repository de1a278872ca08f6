#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace plumbline {

/// Where in the user's data something is wrong. Empty and zero fields are unknown.
struct Place {
  std::string path;          ///< as the user spelled it; "-" is standard input
  std::uint64_t record = 0;  ///< from 1, the header not counted
  std::uint64_t line = 0;    ///< physical line, from 1
  std::string column;        ///< a name, or an index for formats without names
};

/// "path: record 3, line 4, column 'age'", leaving out what is unknown.
std::string describe(const Place& place);

/// The data say something that cannot be right (exit code 3). `what()` is one line with the place in it.
class DataError final : public std::runtime_error {
 public:
  DataError(Place where, const std::string& problem);
  const Place& place() const noexcept { return place_; }
  const std::string& problem() const noexcept { return problem_; }

 private:
  Place place_;
  std::string problem_;
};

/// A file that cannot be read or written, or is not a valid model file (exit code 4).
class FileError final : public std::runtime_error {
 public:
  FileError(const std::string& path, const std::string& problem);
};

/// What the user asked for does not go together (exit code 2).
class UsageError final : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// The user interrupted (exit code 130).
class Cancelled final : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("interrupted") {}
};

/// Throws std::invalid_argument "function: argument must be expected, got …" unless `holds`.
void require(bool holds, const char* function, const char* argument, const std::string& expected_and_got);

}  // namespace plumbline
