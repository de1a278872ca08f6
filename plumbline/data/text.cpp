#include "plumbline/data/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace plumbline {

namespace {

constexpr std::size_t kMostShown = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

bool between(unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

std::string escaped(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!between(first, 0xC2, 0xF4) || !between(byte_at(text, 1), low, high)) return 0;
  if (first < 0xE0) return 2;
  if (!between(byte_at(text, 2), 0x80, 0xBF)) return 0;
  if (first < 0xF0) return 3;
  return between(byte_at(text, 3), 0x80, 0xBF) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  std::size_t used = 0;
  while (used < text.size()) {
    const std::string_view rest = text.substr(used);
    const std::size_t length = std::max<std::size_t>(1, utf8_length(rest));
    if (used + length > kMostShown) return shown + "…";
    const auto first = static_cast<unsigned char>(rest[0]);
    // U+0080–U+009F are controls, and U+2028/9 end a line in some readers.
    const bool c1_control = first == 0xC2 && byte_at(rest, 1) < 0xA0;
    const bool line_end = rest.substr(0, length) == "\u2028" || rest.substr(0, length) == "\u2029";
    const bool plain = length > 1 ? !c1_control && !line_end : first >= 0x20 && first < 0x7F;
    for (const char c : rest.substr(0, length)) shown += plain ? std::string(1, c) : escaped(c);
    used += length;
  }
  return shown;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool equals_lower(std::string_view text, std::string_view lower_text) {
  return text.size() == lower_text.size() &&
         std::equal(text.begin(), text.end(), lower_text.begin(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace plumbline
