// Reads any bytes as a numpy array file.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plumbline;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadOptions options;
  options.use = [](const std::string& name) { return name == "c1" ? ColumnUse::skip : ColumnUse::target; };
  try {
    const Table table = read_npy(*memory_input(bytes, "fuzz"), options);
    if (table.rows == 0 || table.columns.size() != table.width) std::abort();
  } catch (const DataError& refusal) {
    const std::string_view message = refusal.what();
    if (message.find('\n') != std::string_view::npos || message.find("fuzz") != 0) std::abort();
  }
  return 0;
}
