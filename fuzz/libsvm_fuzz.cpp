// Reads any bytes as LIBSVM, whole and in tiny blocks: both must give the same rows, or the same refusal.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/libsvm.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace {

using namespace plumbline;

void check(bool holds) {
  if (!holds) std::abort();
}

/// Everything that was read, as text; the refusal if nothing was.
std::string outcome(std::string_view text, std::size_t block_bytes) {
  TextLimits limits;
  limits.block_bytes = block_bytes;
  std::string result;
  try {
    const Table table = read_libsvm(*memory_input(text, "fuzz.svm"), {}, limits);
    for (const TableChunk& chunk : table.chunks) {
      for (std::size_t i = 0; i < chunk.rows; ++i) {
        result += std::to_string(table.line_of(chunk.first_row + i)) + " " +
                  std::to_string(table.labels->values[chunk.first_row + i]);
        for (std::uint64_t k = chunk.offsets[i]; k < chunk.offsets[i + 1]; ++k) {
          check(chunk.indices[k] < table.width && std::isfinite(chunk.values[k]));
          check(k == chunk.offsets[i] || chunk.indices[k - 1] < chunk.indices[k]);
          result += " " + std::to_string(chunk.indices[k]) + ":" + std::to_string(chunk.values[k]);
        }
        result += "\n";
      }
    }
    for (const auto& [value, spelling] : table.labels->column.spellings) result += spelling + "|";
  } catch (const DataError& error) {
    result = error.what();
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ThreadLimit limit(1);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(outcome(text, std::size_t{1} << 20) == outcome(text, 1 + size % 19));
  return 0;
}
