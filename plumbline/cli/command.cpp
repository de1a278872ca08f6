#include "plumbline/cli/command.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "plumbline/core/errors.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

/// The same regular file, under whatever names; two names of one device are no harm.
bool same_file(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == "-" || b == "-") return false;
  std::error_code error;
  if (std::filesystem::exists(a, error) && !std::filesystem::is_regular_file(a, error)) return false;
  return a == b || std::filesystem::equivalent(a, b, error);
}

}  // namespace

void put_result(std::ostream& out, const std::string& text) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (!out) throw FileError("standard output", "cannot be written");
}

void put_notes(std::ostream& err, const Voice& voice, const std::vector<std::string>& notes) {
  if (voice.quiet) return;
  for (const std::string& note : notes) err << "note: " << shown(note, note.size()) << '\n';
  err.flush();
}

void refuse_if(bool holds, const std::string& sentence) {
  if (holds) throw UsageError(sentence);
}

void refuse_overwriting(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const std::string& input : inputs) {
      refuse_if(same_file(outputs[i], input), fmt::format("the output {} would overwrite an input", outputs[i]));
    }
    for (std::size_t j = 0; j < i; ++j) {
      refuse_if(same_file(outputs[i], outputs[j]), fmt::format("two outputs would go to {}", outputs[i]));
    }
  }
}

}  // namespace plumbline
