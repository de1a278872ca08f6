// libFuzzer target: the state of a training of any bytes is refused with a FileError, or says what it holds.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/training_state_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto state = plumbline::training_from_bytes(std::string(reinterpret_cast<const char*>(data), size),
                                                      "fuzz.state", plumbline::Checksum::ignored);
    if (state.first.index() != state.parameters.index()) std::abort();
  } catch (const plumbline::FileError&) {
  }
  return 0;
}
