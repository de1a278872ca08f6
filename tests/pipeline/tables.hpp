#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "cli/run_program.hpp"
#include "data/read_support.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;
using testing::gzipped;
using testing::TemporaryFolder;

/// Uniform in [−1, 1), fixed for ever by its place.
inline double draw(std::uint64_t stream, std::size_t row) { return 2 * random_unit(20240601, stream, row) - 1; }

/// Rows of two features, x and z, and of everything that can be predicted from them with some noise.
struct Example {
  std::vector<double> x, z, number;
  std::vector<int> yes, kind;  ///< 0/1, and one of 0, 1, 2

  explicit Example(std::size_t rows) {
    for (std::size_t i = 0; i < rows; ++i) {
      x.push_back(draw(1, i));
      z.push_back(draw(2, i));
      number.push_back(2 * x[i] - z[i] + 5 + 0.3 * draw(3, i));
      yes.push_back(x[i] + z[i] + draw(4, i) > 0 ? 1 : 0);
      kind.push_back(x[i] + 0.4 * draw(5, i) < -0.3 ? 0 : z[i] + 0.4 * draw(6, i) < 0 ? 1 : 2);
    }
  }
  std::size_t rows() const { return x.size(); }
};

/// Header x,z,name and a row each: {} prints the shortest text that gives a double back.
template <class Target>
std::string table_text(const Example& example, const std::vector<Target>& target, char delimiter = ',',
                       const char* header = "x,z,y\n") {
  std::string text = header;
  for (char& c : text) c = c == ',' ? delimiter : c;
  for (std::size_t i = 0; i < example.rows(); ++i) {
    text += fmt::format("{}{}{}{}{}\n", example.x[i], delimiter, example.z[i], delimiter, target[i]);
  }
  return text;
}

template <class Target>
std::string libsvm_text(const Example& example, const std::vector<Target>& target) {
  std::string text;
  for (std::size_t i = 0; i < example.rows(); ++i) {
    text += fmt::format("{} 1:{} 2:{}\n", target[i], example.x[i], example.z[i]);
  }
  return text;
}

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 0xFFU));
  return bytes;
}

/// IDX of unsigned bytes with the given dimensions.
inline std::string idx_bytes(const std::vector<std::uint32_t>& dimensions, const std::string& cells) {
  std::string bytes{0, 0, 8, static_cast<char>(dimensions.size())};
  for (const std::uint32_t dimension : dimensions) bytes += big_endian(dimension);
  return bytes + cells;
}

/// A version 1.0 .npy with this dictionary and these bytes.
inline std::string npy_bytes(const std::string& dictionary, const std::string& cells) {
  std::string header = dictionary;
  while ((10 + header.size() + 1) % 64 != 0) header.push_back(' ');
  header.push_back('\n');
  std::string bytes = "\x93NUMPY";
  bytes += {1, 0, static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8)};
  return bytes + header + cells;
}

inline std::string npy_f8(std::size_t rows, std::size_t columns, const std::vector<double>& cells) {
  std::string raw(cells.size() * 8, '\0');
  std::memcpy(raw.data(), cells.data(), raw.size());
  const std::string shape = columns == 0 ? fmt::format("({},)", rows) : fmt::format("({}, {})", rows, columns);
  return npy_bytes("{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }", raw);
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::size_t entries_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

/// A run that must end well; its JSON.
inline Json json_of(Arguments arguments, int code = 0) {
  arguments.insert(arguments.end(), {"--json", "-q"});
  const Outcome outcome = run_program(arguments);
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return Json::parse(outcome.out, nullptr, false);
}

/// The two that every test of figures wants: all rows train.
inline Arguments all_train(Arguments arguments) {
  arguments.insert(arguments.end(), {"--test", "0", "--calibration", "0"});
  return arguments;
}

/// A model file but for the time that the fit took.
inline std::string without_seconds(const std::string& model) {
  return std::regex_replace(model, std::regex("\"seconds\": ?[-+.0-9e]+"), "\"seconds\":0");
}

inline std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
    if (line.ends_with(',')) rows.back().push_back("");
  }
  return rows;
}

/// One column of a CSV without quotes, by its header.
inline std::vector<std::string> column_of_csv(const std::string& csv, const std::string& name) {
  const auto rows = cells_of(csv);
  const auto at = std::find(rows.at(0).begin(), rows.at(0).end(), name) - rows.at(0).begin();
  std::vector<std::string> column;
  for (std::size_t i = 1; i < rows.size(); ++i) column.push_back(rows[i].at(static_cast<std::size_t>(at)));
  return column;
}

inline std::vector<double> numbers_of_csv(const std::string& csv, const std::string& name) {
  std::vector<double> numbers;
  for (const std::string& cell : column_of_csv(csv, name)) numbers.push_back(std::stod(cell));
  return numbers;
}

}  // namespace plumbline
