#pragma once

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv.hpp"
#include "plumbline/data/dataset.hpp"
#include "plumbline/data/input.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline::testing {

/// A folder that goes away with the test.
class TemporaryFolder final {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "plumbline-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

 private:
  std::string path_;
};

/// One gzip member.
inline std::string gzipped(std::string_view bytes) {
  z_stream stream = {};
  if (::deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string result(::deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  (void)::deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  (void)::deflateEnd(&stream);
  return result;
}

/// Block sizes at which every kind of boundary is crossed, and one that holds all.
inline const std::vector<std::size_t>& block_sizes() {
  static const std::vector<std::size_t> sizes{1, 2, 3, 5, 7, 16, 33, 64, 1 << 20};
  return sizes;
}

inline TextLimits limits_of(std::size_t block_bytes) {
  TextLimits limits;
  limits.block_bytes = block_bytes;
  return limits;
}

inline Table csv(std::string_view text, const ReadOptions& options = {}, const TextLimits& limits = {}) {
  const auto input = memory_input(text, "t.csv");
  return read_csv(*input, options, limits);
}

inline double cell(const Table& table, std::size_t row, std::size_t column) {
  for (const TableChunk& chunk : table.chunks) {
    if (row >= chunk.first_row + chunk.rows) continue;
    const std::size_t at = (row - chunk.first_row) * table.width + column;
    const void* cells = chunk.cells.data();
    if (table.scalar == Scalar::byte) return static_cast<const unsigned char*>(cells)[at];
    if (table.scalar == Scalar::f32) return static_cast<double>(static_cast<const float*>(cells)[at]);
    return static_cast<const double*>(cells)[at];
  }
  throw std::out_of_range("row");
}

/// The spelling behind a text cell; "<missing>" where it is.
inline std::string level(const Table& table, std::size_t row, std::size_t column) {
  const double code = cell(table, row, column);
  return std::isnan(code) ? "<missing>" : table.columns.at(column).levels.at(static_cast<std::size_t>(code));
}

inline std::vector<double> column_of(const Table& table, std::size_t column) {
  std::vector<double> values;
  for (std::size_t row = 0; row < table.rows; ++row) values.push_back(cell(table, row, column));
  return values;
}

inline std::vector<std::string> texts_of(const Table& table, std::size_t column) {
  std::vector<std::string> values;
  for (std::size_t row = 0; row < table.rows; ++row) values.push_back(level(table, row, column));
  return values;
}

/// The message of the Error that `act` throws; a test failure and "" if it throws none.
template <class Error, class Act>
std::string message_of(const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << "not one line: " << message;
    return message;
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

inline void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.width, b.width);
  for (std::size_t j = 0; j < a.columns.size(); ++j) {
    EXPECT_EQ(a.columns[j].name, b.columns[j].name);
    EXPECT_EQ(a.columns[j].text, b.columns[j].text);
    EXPECT_EQ(a.columns[j].levels, b.columns[j].levels);
    EXPECT_EQ(a.columns[j].too_many_levels, b.columns[j].too_many_levels);
    EXPECT_EQ(a.columns[j].spellings, b.columns[j].spellings);
    EXPECT_EQ(a.columns[j].missing, b.columns[j].missing);
  }
  for (std::size_t i = 0; i < a.rows; ++i) {
    EXPECT_EQ(a.line_of(i), b.line_of(i)) << "row " << i;
    for (std::size_t j = 0; j < a.columns.size(); ++j) {
      if (a.columns[j].too_many_levels) continue;
      const double left = cell(a, i, j);
      const double right = cell(b, i, j);
      EXPECT_TRUE(left == right || (std::isnan(left) && std::isnan(right))) << i << ", " << j;
    }
  }
}

/// Row i of encoded cells.
inline std::vector<double> row_of(const Dataset& data, std::size_t i) {
  EXPECT_EQ(data.scalar, Scalar::f64);
  const auto* cells = reinterpret_cast<const double*>(data.cells.data()) + i * data.columns;
  return {cells, cells + data.columns};
}

}  // namespace plumbline::testing
