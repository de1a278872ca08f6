#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "plumbline/models/names.hpp"

namespace plumbline {

/// Parses one JSON object, mistrusting it: no key twice in an object, at most eight levels deep, no number beyond the
/// range of doubles, valid UTF-8. Throws FileError naming `path`, and the last key that was read before the fault.
nlohmann::json parse_json_object(const std::string& text, const std::string& path);

/// True for text that JSON can hold as it is.
bool is_utf8(const std::string& text);

/// A look at one value of a parsed file: every getter checks the kind and throws a FileError with path and JSON
/// pointer. Must not outlive the parsed value.
class JsonReader final {
 public:
  JsonReader(const nlohmann::json& value, const std::string& path, std::string pointer = "")
      : value_(&value), path_(&path), pointer_(std::move(pointer)) {}

  /// The member of an object, which must be there; remembered for `finish`.
  JsonReader member(const std::string& key);
  /// Whether an object has that member: for keys that came with a later version.
  bool has(const std::string& key) const { return value_->is_object() && value_->contains(key); }
  /// Refuses members that nobody asked for: a later version may mean something by them.
  void finish() const;

  bool is_null() const { return value_->is_null(); }
  bool flag() const;
  double number() const;                    ///< finite
  double number_from(double lowest) const;  ///< finite, >= lowest
  std::uint64_t count() const;
  /// A string, or {"bytes":"<hex>"} for one that is not UTF-8.
  std::string text() const;
  std::vector<double> numbers(std::size_t size) const;  ///< exactly `size` finite numbers
  std::vector<std::string> texts() const;
  std::vector<std::string> distinct_texts() const;
  std::vector<JsonReader> elements() const;

  /// The enumerator with that name.
  template <class Enum, std::size_t Size>
  Enum choice(const std::array<Enum, Size>& values) const {
    const std::string name = text();
    const std::optional<Enum> value = from_name(values, name);
    if (!value) refuse("is " + quoted(name) + ", which this version does not know");
    return *value;
  }

  [[noreturn]] void refuse(const std::string& problem) const;
  /// As JSON and cut to a length that fits a message.
  static std::string quoted(const std::string& text);

 private:
  void expect(bool holds, const char* kind) const;

  const nlohmann::json* value_;
  const std::string* path_;
  std::string pointer_;
  std::set<std::string> asked_;
};

}  // namespace plumbline
