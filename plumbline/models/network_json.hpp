#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/network_predictor.hpp"

namespace plumbline {

/// A network as model files hold it: "hidden" (widths), "activation", "dtype", "center", "scale", "target_center",
/// "target_scale", "dead_units" and "layers":[{"weights":[[outputs] an input],"biases":[outputs],"slopes":[outputs]}],
/// slopes with prelu alone. Throws std::invalid_argument unless all numbers are finite.
nlohmann::ordered_json network_json(const NetworkPredictor& network);

/// The inverse. Throws FileError unless the shapes are those and every parameter is a number of its type.
NetworkPredictor read_network(JsonReader object, std::size_t features, std::size_t outputs);

}  // namespace plumbline
