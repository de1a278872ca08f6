// Reads any bytes as IDX images, as IDX labels, and as the content of a .gz.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/idx.hpp"

namespace {

using namespace plumbline;

template <class Read>
void attempt(const Read& read) {
  try {
    read();
  } catch (const DataError& refusal) {
    // One line that names the file: the contract of every refusal.
    const std::string_view message = refusal.what();
    if (message.find('\n') != std::string_view::npos || message.find("fuzz") != 0) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] { (void)read_idx_images(*memory_input(bytes, "fuzz"), {}); });
  attempt([&] { (void)read_idx_labels(*memory_input(bytes, "fuzz")); });
  attempt([&] { (void)read_idx_images(*gzip_input(memory_input(bytes, "fuzz.gz")), {}); });
  return 0;
}
