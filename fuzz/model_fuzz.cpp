// libFuzzer target: a model file of any bytes is refused with a FileError, or read and written again without loss.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace {

std::optional<plumbline::LinearModel> parsed(const std::string& text) {
  try {
    return plumbline::model_from_json(text, "fuzz.json");
  } catch (const plumbline::FileError&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = parsed(std::string(reinterpret_cast<const char*>(data), size));
  if (!model) return 0;
  const std::string written = plumbline::to_json(*model);
  const auto again = parsed(written);
  if (!again || plumbline::to_json(*again) != written) std::abort();
  return 0;
}
