#include "plumbline/models/json_reader.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

using nlohmann::json;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

bool is_utf8(const std::string& text) {
  try {
    json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

std::string JsonReader::quoted(const std::string& text) {
  constexpr std::size_t kMostShown = 60;
  const std::string shown = text.size() > kMostShown ? text.substr(0, kMostShown) + "…" : text;
  return json(shown).dump(-1, ' ', false, json::error_handler_t::replace);
}

void JsonReader::refuse(const std::string& problem) const {
  throw FileError(*path_, fmt::format("not a valid model file: {} {}", pointer_.empty() ? "/" : pointer_, problem));
}

void JsonReader::expect(bool holds, const char* kind) const {
  if (!holds) refuse(fmt::format("must be {}, not {}", kind, value_->type_name()));
}

JsonReader JsonReader::member(const std::string& key) {
  expect(value_->is_object(), "an object");
  const auto found = value_->find(key);
  if (found == value_->end()) refuse("lacks the key " + quoted(key));
  asked_.insert(key);
  return JsonReader(*found, *path_, pointer_ + "/" + key);
}

void JsonReader::finish() const {
  for (const auto& item : value_->items()) {
    if (asked_.count(item.key()) == 0) {
      refuse("has the key " + quoted(item.key()) + ", which this version does not know");
    }
  }
}

bool JsonReader::flag() const {
  expect(value_->is_boolean(), "true or false");
  return value_->get<bool>();
}

double JsonReader::number() const {
  expect(value_->is_number(), "a number");
  return value_->get<double>();
}

double JsonReader::number_from(double lowest) const {
  const double value = number();
  if (value < lowest) refuse(fmt::format("must be at least {}, got {}", lowest, value));
  return value;
}

std::uint64_t JsonReader::count() const {
  expect(value_->is_number_unsigned(), "a whole number, 0 or more");
  return value_->get<std::uint64_t>();
}

std::string JsonReader::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  expect(value_->is_object(), "a string");
  JsonReader object(*value_, *path_, pointer_);
  const JsonReader bytes = object.member("bytes");
  object.finish();
  bytes.expect(bytes.value_->is_string(), "a string");
  const std::string& digits = bytes.value_->get_ref<const std::string&>();
  if (digits.size() % 2 != 0) bytes.refuse("must be pairs of hexadecimal digits");
  std::string decoded;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) bytes.refuse("must be pairs of hexadecimal digits");
    decoded += static_cast<char>(high * 16 + low);
  }
  return decoded;
}

std::vector<JsonReader> JsonReader::elements() const {
  expect(value_->is_array(), "an array");
  std::vector<JsonReader> all;
  all.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    all.emplace_back((*value_)[i], *path_, fmt::format("{}/{}", pointer_, i));
  }
  return all;
}

std::vector<double> JsonReader::numbers(std::size_t size) const {
  expect(value_->is_array(), "an array");
  if (value_->size() != size) refuse(fmt::format("must hold {} numbers, not {}", size, value_->size()));
  std::vector<double> all;
  all.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const json& element = (*value_)[i];
    // The pointer is made for the message alone: there may be millions of elements.
    if (!element.is_number()) JsonReader(element, *path_, fmt::format("{}/{}", pointer_, i)).number();
    all.push_back(element.get<double>());
  }
  return all;
}

std::vector<std::string> JsonReader::texts() const {
  std::vector<std::string> all;
  for (const JsonReader& element : elements()) all.push_back(element.text());
  return all;
}

std::vector<std::string> JsonReader::distinct_texts() const {
  std::vector<std::string> all = texts();
  std::set<std::string> seen;
  for (const std::string& text : all) {
    if (!seen.insert(text).second) refuse("holds " + quoted(text) + " twice");
  }
  return all;
}

}  // namespace plumbline
