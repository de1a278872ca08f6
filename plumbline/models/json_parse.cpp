#include <fmt/format.h>

#include <unordered_set>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/json_reader.hpp"

namespace plumbline {
namespace {

using nlohmann::json;

/// Deeper than any model file is; nesting without end would only cost memory.
constexpr int kDeepest = 8;

constexpr const char* kMoreText = "more text follows the end of its JSON object";

/// Sees every event of the parser before the value is kept.
class ParseGuard final {
 public:
  explicit ParseGuard(const std::string& path) : path_(path) {}

  void see(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest) refuse("nested too deeply");
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end) {
      keys_.pop_back();
      ended_ = keys_.empty();
    }
    if (event != json::parse_event_t::key) return;
    last_key_ = parsed.get<std::string>();
    if (!keys_.back().insert(last_key_).second) refuse("a key stands twice");
  }

  /// The outermost object is complete.
  bool ended() const { return ended_; }

  [[noreturn]] void refuse(const std::string& problem) const {
    constexpr std::size_t kMostShown = 60;
    const std::string key = json(last_key_.substr(0, kMostShown)).dump(-1, ' ', true, json::error_handler_t::replace);
    const std::string where = last_key_.empty() ? "" : " (at or after the key " + key + ")";
    throw FileError(path_, "not a valid model file: " + problem + where);
  }

 private:
  const std::string& path_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::string last_key_;
  bool ended_ = false;
};

void check_beginning(const std::string& text, const ParseGuard& guard) {
  if (text.size() >= 2 && text[0] == '\x1f' && text[1] == '\x8b') guard.refuse("it is compressed with gzip");
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) guard.refuse("it is empty");
  if (text[first] != '{') guard.refuse("it is not a JSON object");
}

}  // namespace

nlohmann::json parse_json_object(const std::string& text, const std::string& path) {
  ParseGuard guard(path);
  check_beginning(text, guard);
  try {
    json parsed_text = json::parse(text, [&guard](int depth, json::parse_event_t event, json& parsed) {
      guard.see(depth, event, parsed);
      return true;
    });
    // The parser takes a zero byte for the end and ignores what follows it.
    if (text.find('\0') != std::string::npos) guard.refuse(kMoreText);
    return parsed_text;
  } catch (const json::parse_error& error) {
    if (guard.ended()) guard.refuse(kMoreText);
    const bool at_end = error.byte >= text.size();
    guard.refuse(at_end ? std::string("it ends too early") : fmt::format("it is not JSON at byte {}", error.byte));
  } catch (const json::out_of_range&) {
    guard.refuse("a number is out of range");
  }
}

}  // namespace plumbline
