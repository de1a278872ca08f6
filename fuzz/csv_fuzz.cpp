// Reads any bytes as CSV, whole and in tiny blocks: both must give the same table, or the same refusal.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace {

using namespace plumbline;

struct Outcome {
  std::optional<Table> table;
  std::string refusal;
};

Outcome read(std::string_view text, const ReadOptions& options, std::size_t block_bytes) {
  TextLimits limits;
  limits.block_bytes = block_bytes;
  Outcome outcome;
  try {
    outcome.table = read_csv(*memory_input(text, "fuzz.csv"), options, limits);
  } catch (const DataError& error) {
    outcome.refusal = error.what();
  } catch (const UsageError& error) {
    outcome.refusal = error.what();
  }
  return outcome;
}

void check(bool holds) {
  if (!holds) std::abort();
}

const double* row_of(const Table& table, std::size_t row, std::size_t& chunk) {
  while (row >= table.chunks[chunk].first_row + table.chunks[chunk].rows) ++chunk;
  const auto* cells = reinterpret_cast<const double*>(table.chunks[chunk].cells.data());
  return cells + (row - table.chunks[chunk].first_row) * table.width;
}

void compare(const Table& a, const Table& b) {
  check(a.rows == b.rows && a.width == b.width && a.columns.size() == b.columns.size());
  for (std::size_t j = 0; j < a.width; ++j) {
    const TableColumn& left = a.columns[j];
    const TableColumn& right = b.columns[j];
    check(left.name == right.name && left.text == right.text && left.levels == right.levels);
    check(left.too_many_levels == right.too_many_levels && left.missing == right.missing);
    check(left.spellings == right.spellings);
  }
  std::size_t chunk_a = 0;
  std::size_t chunk_b = 0;
  for (std::size_t i = 0; i < a.rows; ++i) {
    const double* left = row_of(a, i, chunk_a);
    const double* right = row_of(b, i, chunk_b);
    check(a.line_of(i) == b.line_of(i));
    for (std::size_t j = 0; j < a.width; ++j) {
      const bool both_missing = left[j] != left[j] && right[j] != right[j];
      check(a.columns[j].too_many_levels || left[j] == right[j] || both_missing);
    }
  }
}

/// The first byte chooses the options, so that the corpus covers them.
ReadOptions options_of(std::uint8_t choice) {
  ReadOptions options;
  options.header = (choice & 1U) == 0;
  options.max_levels = (choice & 2U) == 0 ? 100 : 2;
  if ((choice & 4U) != 0) options.delimiter = ',';
  if ((choice & 8U) != 0) options.missing_values = {"-1", "none"};
  const unsigned uses = choice >> 4U;
  options.use = [uses](const std::string& name) {
    return static_cast<ColumnUse>((uses * (name.size() + 1)) % (static_cast<unsigned>(ColumnUse::skip) + 1));
  };
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // One thread: the pipeline's order is tested elsewhere, and the fuzzer runs faster.
  static const ThreadLimit limit(1);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ReadOptions options = options_of(data[0]);
  const Outcome whole = read(text, options, std::size_t{1} << 20);
  const Outcome blocks = read(text, options, 1 + data[0] % 23);
  check(whole.table.has_value() == blocks.table.has_value());
  check(whole.refusal == blocks.refusal);
  if (whole.table) compare(*whole.table, *blocks.table);
  return 0;
}
