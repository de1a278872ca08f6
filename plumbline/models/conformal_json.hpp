#pragma once

#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// Sets "conformal":{"method","miscoverage","class_conditional","randomized","allow_empty","raps_penalty","raps_free",
/// "threshold":[…],"tie":[…],"rows":[…]} of a model that has prediction sets, null standing for an infinite threshold,
/// and with cqr "quantiles", a predictor or two networks ("lower", "upper").
void put_conformal(nlohmann::ordered_json& object, const LinearModel& model);

/// The inverse, after the task, the classes and the predictor were read: a method that serves the task, options that
/// validate() takes, one threshold or (class-conditional) one a class, quantiles exactly where cqr needs them. Throws
/// FileError.
void read_conformal(JsonReader& object, LinearModel& model);

}  // namespace plumbline
