#include "plumbline/cli/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace plumbline {
namespace {

std::string described(const NumberRange& range) {
  std::string text = fmt::format("a number {} {}", range.least_included ? "of at least" : "above", range.least);
  if (std::isfinite(range.most))
    text += fmt::format(" and {} {}", range.most_included ? "at most" : "below", range.most);
  return text;
}

bool holds(const NumberRange& range, double value) {
  return std::isfinite(value) && (range.least_included ? value >= range.least : value > range.least) &&
         (range.most_included ? value <= range.most : value < range.most);
}

/// One item of a list from `position` on, which ends at a comma or at the end.
std::string list_item(const std::string& flag, const std::string& text, std::size_t& position) {
  if (position >= text.size() || text[position] != '"') {
    const std::size_t end = std::min(text.find(',', position), text.size());
    std::string item = text.substr(position, end - position);
    position = end;
    return item;
  }
  std::string item;
  for (++position; position < text.size(); ++position) {
    if (text[position] != '"') {
      item += text[position];
    } else if (position + 1 < text.size() && text[position + 1] == '"') {
      item += text[position++];
    } else {
      ++position;
      if (position < text.size() && text[position] != ',') break;
      return item;
    }
  }
  throw UsageError(fmt::format("{} has a quote that does not end where an item ends: {}", flag, text));
}

}  // namespace

double parse_number(const std::string& flag, const std::string& text, const NumberRange& range) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data() + (text.rfind('+', 0) == 0 ? 1 : 0), end, value);
  if (result.ec != std::errc() || result.ptr != end || !holds(range, value)) {
    throw UsageError(fmt::format("{} must be {}, got '{}'", flag, described(range), text));
  }
  return value;
}

std::uint64_t parse_count(const std::string& flag, const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value < least || value > most) {
    throw UsageError(fmt::format("{} must be a whole number from {} to {}, got '{}'", flag, least, most, text));
  }
  return value;
}

std::vector<std::string> parse_list(const std::string& flag, const std::string& text) {
  std::vector<std::string> items;
  std::size_t position = 0;
  do {
    if (!items.empty()) ++position;
    items.push_back(list_item(flag, text, position));
  } while (position < text.size());
  return items;
}

std::vector<std::string> parse_columns(const std::string& flag, const std::string& text) {
  std::vector<std::string> names = parse_list(flag, text);
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) throw UsageError(fmt::format("{} names an empty column: '{}'", flag, text));
    if (!seen.insert(name).second) throw UsageError(fmt::format("{} names the column '{}' twice", flag, name));
  }
  return names;
}

char parse_delimiter(const std::string& flag, const std::string& text) {
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() != 1 || std::string("\"\r\n").find(text) != std::string::npos) {
    throw UsageError(fmt::format("{} must be one character or 'tab', and no quote or line end; got '{}'", flag, text));
  }
  return text.front();
}

bool parse_on_off(const std::string& flag, const std::string& text) {
  if (text != "on" && text != "off") throw UsageError(fmt::format("{} must be on or off, got '{}'", flag, text));
  return text == "on";
}

void FlagGroup::text(const Flag& flag, std::string& value) {
  add(flag, "", [name = flag.name, &value](const std::string& text) {
    if (text.empty()) throw UsageError(name + " must not be empty");
    value = text;
  });
}

void FlagGroup::columns(const Flag& flag, std::vector<std::string>& value) {
  add(flag, "", [name = flag.name, &value](const std::string& text) { value = parse_columns(name, text); });
}

CLI::Option* FlagGroup::add(const Flag& flag, const std::string& standard,
                            const std::function<void(const std::string&)>& set) {
  CLI::Option* option = command_.add_option_function<std::string>(flag.name, set, flag.help);
  return option->type_name(flag.type)->group(title_)->default_str(flag.standard.empty() ? standard : flag.standard);
}

void FlagGroup::toggle(const std::string& name, const std::string& help, std::function<void()> set) {
  command_.add_flag_callback(name, std::move(set), help)->group(title_);
}

void add_positional(CLI::App& command, const std::string& name, const std::string& help, std::string& value) {
  command.add_option(name, value, help)->required();
}

}  // namespace plumbline
