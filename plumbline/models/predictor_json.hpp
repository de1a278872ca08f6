#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// A predictor as model files hold it: "features", "outputs", "has_intercept", "center_intercept", "center",
/// "coefficients":[[K] a feature], and "…_low" where there is something beyond double. Throws std::invalid_argument
/// unless all numbers are finite.
nlohmann::ordered_json predictor_json(const LinearPredictor& predictor);

/// The inverse, but for the polynomials, which are the encoder's. Throws FileError unless the shapes are those.
LinearPredictor read_predictor(JsonReader object, std::size_t features, std::size_t outputs);

}  // namespace plumbline
