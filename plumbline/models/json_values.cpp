#include "plumbline/models/json_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {

nlohmann::ordered_json text_json(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string digits;
  for (const char c : text) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return {{"bytes", digits}};
}

nlohmann::ordered_json finite_json(const std::vector<double>& numbers, const char* argument) {
  const bool finite = std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
  require(finite, "to_json", argument, "finite throughout");
  return numbers;
}

void put_figure(nlohmann::ordered_json& object, const std::string& key, double value) {
  if (std::isfinite(value)) {
    object[key] = value;
    return;
  }
  object[key] = nullptr;
  object[key + "_reason"] = std::isnan(value) ? "not a number" : value > 0 ? "infinite" : "minus infinite";
}

std::optional<double> figure_at(JsonReader& object, const std::string& key) {
  const JsonReader member = object.member(key);
  if (!member.is_null()) return member.number();
  const JsonReader reason_member = object.member(key + "_reason");
  const std::string reason = reason_member.text();
  if (reason == "not a number") return kNaN;
  if (reason == "infinite") return kInfinity;
  if (reason == "minus infinite") return -kInfinity;
  if (reason != "not computed") reason_member.refuse("is no reason that this version knows");
  return std::nullopt;
}

double defined_figure_at(JsonReader& object, const std::string& key) {
  const std::optional<double> value = figure_at(object, key);
  if (!value) object.member(key).refuse("must have been computed");
  return *value;
}

}  // namespace plumbline
