#pragma once

#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

// The parts of a model file that say what probabilities are worth and what decisions cost.

/// Sets "calibrators":[{"method":"…", and the members of that method}] and "costs":{"table":[[m]],"abstain":…|null} of
/// a model that has them. All must be finite (std::invalid_argument).
void put_trust(nlohmann::ordered_json& object, const LinearModel& model);

/// The inverse, after the task, the classes and the labels were read: shapes, finite numbers, temperatures and
/// probabilities in their range, knots strictly increasing, values non-decreasing. Throws FileError.
void read_trust(JsonReader& object, LinearModel& model);

}  // namespace plumbline
