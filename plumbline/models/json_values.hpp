#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/models/json_reader.hpp"

namespace plumbline {

// What model files hold and JSON has no word for: figures that are not finite, bytes that are no text.

/// The text, or {"bytes":"<hex>"} where it is not UTF-8: JsonReader::text() reads both.
nlohmann::ordered_json text_json(const std::string& text);

/// The numbers as an array. Throws std::invalid_argument of to_json, naming the argument, where one is not finite.
nlohmann::ordered_json finite_json(const std::vector<double>& numbers, const char* argument);

/// object[key] = value, or null with what it is under "<key>_reason".
void put_figure(nlohmann::ordered_json& object, const std::string& key, double value);

/// What put_figure has written; nothing for null with the reason "not computed". Throws FileError.
std::optional<double> figure_at(JsonReader& object, const std::string& key);

/// The same where it must have been computed.
double defined_figure_at(JsonReader& object, const std::string& key);

}  // namespace plumbline
