#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/names.hpp"

namespace plumbline {

/// The numbers that a flag takes: finite, from `least` to `most`, the ends included or not.
struct NumberRange {
  double least = 0;
  bool least_included = true;
  double most = std::numeric_limits<double>::infinity();
  bool most_included = true;
};

/// A flag as help shows it. `standard` is the default in words, where it cannot be read off the variable.
struct Flag {
  std::string name;
  std::string type;
  std::string help;
  std::string standard;
};

// Each throws UsageError naming the flag.
double parse_number(const std::string& flag, const std::string& text, const NumberRange& range);
std::uint64_t parse_count(const std::string& flag, const std::string& text, std::uint64_t least, std::uint64_t most);
/// Comma-separated; an item may stand in double quotes, doubled inside, as in CSV.
std::vector<std::string> parse_list(const std::string& flag, const std::string& text);
/// As parse_list, no item empty or given twice.
std::vector<std::string> parse_columns(const std::string& flag, const std::string& text);
/// One character, "tab" or "\t".
char parse_delimiter(const std::string& flag, const std::string& text);
bool parse_on_off(const std::string& flag, const std::string& text);

inline std::string default_text(double value) { return fmt::format("{}", value); }
inline std::string default_text(bool value) { return value ? "on" : "off"; }
template <class Value>
std::string default_text(const std::optional<Value>& /*none*/) {
  return "";
}
template <class Enum>
std::string default_text(Enum value) {
  if constexpr (std::is_enum_v<Enum>) {
    return name_of(value);
  } else {
    return fmt::format("{}", value);
  }
}

/// Adds one group of flags to a command. A flag writes into a variable (or an optional), whose value at this moment is
/// the default that help shows; the texts are checked by the parsers above, not by CLI11.
class FlagGroup final {
 public:
  FlagGroup(CLI::App& command, std::string title) : command_(command), title_(std::move(title)) {}

  template <class Value>
  void number(const Flag& flag, const NumberRange& range, Value& value) {
    add(flag, default_text(value),
        [name = flag.name, range, &value](const std::string& text) { value = parse_number(name, text, range); });
  }
  template <class Value>
  void count(const Flag& flag, std::uint64_t least, std::uint64_t most, Value& value) {
    add(flag, default_text(value), [name = flag.name, least, most, &value](const std::string& text) {
      value = parse_count(name, text, least, most);
    });
  }
  template <class Value>
  void on_off(Flag flag, Value& value) {
    flag.type = "on|off";
    add(flag, default_text(value),
        [name = flag.name, &value](const std::string& text) { value = parse_on_off(name, text); });
  }
  template <class Enum, std::size_t Size, class Value>
  void choice(Flag flag, const std::array<Enum, Size>& values, Value& value) {
    for (const Enum each : values) flag.type += (flag.type.empty() ? "" : "|") + std::string(name_of(each));
    add(flag, default_text(value), [flag, values, &value](const std::string& text) {
      const std::optional<Enum> found = from_name(values, text);
      if (!found) throw UsageError(fmt::format("{} must be {}, got '{}'", flag.name, flag.type, text));
      value = *found;
    });
  }
  /// Text that may not be empty: a path or a column.
  void text(const Flag& flag, std::string& value);
  void columns(const Flag& flag, std::vector<std::string>& value);
  /// Anything else; `set` throws UsageError.
  CLI::Option* add(const Flag& flag, const std::string& standard, const std::function<void(const std::string&)>& set);
  /// A flag without a value.
  void toggle(const std::string& name, const std::string& help, std::function<void()> set);

 private:
  CLI::App& command_;
  std::string title_;
};

/// The positional argument `name`, which must be given.
void add_positional(CLI::App& command, const std::string& name, const std::string& help, std::string& value);

}  // namespace plumbline
