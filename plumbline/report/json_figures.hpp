#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// JSON that keeps the order in which keys were set.
using OrderedJson = nlohmann::ordered_json;

/// object[key] = value; a number that is not finite is null, with `reason` under "<key>_reason".
void put_number(OrderedJson& object, const std::string& key, double value, const std::string& reason);

/// The figures by name, each with the reason where it is not a number.
OrderedJson figures_json(const MetricSet& metrics);

/// {"labels":[…],"counts":[[…]]}, counts as whole numbers where they are; null for tasks without a confusion matrix.
OrderedJson confusion_json(const LinearModel& model, const std::vector<std::vector<double>>& counts);

/// One line of JSON with a line feed; bytes that are not UTF-8 become U+FFFD.
std::string printed(const OrderedJson& object);

}  // namespace plumbline
