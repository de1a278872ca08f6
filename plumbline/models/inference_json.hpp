#pragma once

#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// Sets "inference" of a model file, or "inference_reason" where the model has none but a reason. Statistics, p-values
/// and Wald limits follow from what stands there, and are left out.
void put_inference(nlohmann::ordered_json& object, const LinearModel& model);

/// Reads either, last of all members. A file of before them holds neither, or "standard_errors" of least squares.
/// Throws FileError for what no fit can have left, standard errors beside a penalty among it.
void read_inference(JsonReader& object, LinearModel& model);

}  // namespace plumbline
