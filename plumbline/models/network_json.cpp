#include "plumbline/models/network_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json finite_numbers(const T* begin, std::size_t count, const char* argument) {
  Json array = Json::array();
  for (std::size_t c = 0; c < count; ++c) {
    require(std::isfinite(begin[c]), "to_json", argument, "finite throughout");
    array.push_back(static_cast<double>(begin[c]));
  }
  return array;
}

Json finite_numbers(const std::vector<double>& numbers, const char* argument) {
  return finite_numbers(numbers.data(), numbers.size(), argument);
}

template <class T>
Json layer_json(const Layer& layer, const std::vector<T>& parameters) {
  constexpr const char* kArgument = "network.parameters";
  Json weights = Json::array();
  for (std::size_t j = 0; j < layer.inputs; ++j) {
    weights.push_back(finite_numbers(&parameters[layer.weights + j * layer.outputs], layer.outputs, kArgument));
  }
  Json object{{"weights", std::move(weights)},
              {"biases", finite_numbers(&parameters[layer.biases], layer.outputs, kArgument)}};
  if (layer.has_slopes) object["slopes"] = finite_numbers(&parameters[layer.slopes], layer.outputs, kArgument);
  return object;
}

/// The numbers of one array, as they are in a network of this type.
template <class T>
void append(const JsonReader& member, std::size_t size, std::vector<T>& to) {
  for (const double number : member.numbers(size)) {
    const T value = static_cast<T>(number);
    if (static_cast<double>(value) != number) member.refuse("holds a number that a float cannot be");
    to.push_back(value);
  }
}

template <class T>
std::vector<T> read_layers(const JsonReader& member, const Architecture& architecture) {
  const std::vector<Layer> layers = architecture.layers();
  const std::vector<JsonReader> elements = member.elements();
  if (elements.size() != layers.size()) member.refuse(fmt::format("must be {}", layers.size()));
  std::vector<T> parameters;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    JsonReader object = elements[i];
    const JsonReader weights = object.member("weights");
    const std::vector<JsonReader> rows = weights.elements();
    if (rows.size() != layers[i].inputs) weights.refuse(fmt::format("must hold {} rows", layers[i].inputs));
    for (const JsonReader& row : rows) append(row, layers[i].outputs, parameters);
    append(object.member("biases"), layers[i].outputs, parameters);
    if (layers[i].has_slopes) append(object.member("slopes"), layers[i].outputs, parameters);
    object.finish();
  }
  return parameters;
}

Architecture read_architecture(JsonReader& object, std::size_t features, std::size_t outputs) {
  Architecture architecture;
  architecture.inputs = features;
  architecture.outputs = outputs;
  const JsonReader hidden = object.member("hidden");
  for (const JsonReader& width : hidden.elements()) {
    architecture.hidden.push_back(static_cast<std::size_t>(width.count()));
  }
  architecture.activation = object.member("activation").choice(kActivations);
  try {
    architecture.validate();
  } catch (const std::invalid_argument&) {
    hidden.refuse("must be widths of at least 1 whose parameters can be counted");
  }
  return architecture;
}

}  // namespace

Json network_json(const NetworkPredictor& network) {
  Json layers = Json::array();
  std::visit(
      [&](const auto& parameters) {
        for (const Layer& layer : network.architecture.layers()) layers.push_back(layer_json(layer, parameters));
      },
      network.parameters);
  return {{"hidden", network.architecture.hidden},
          {"activation", name_of(network.architecture.activation)},
          {"dtype", name_of(network.scalar())},
          {"center", finite_numbers(network.center, "network.center")},
          {"scale", finite_numbers(network.scale, "network.scale")},
          {"target_center", finite_numbers(network.target_center, "network.target_center")},
          {"target_scale", finite_numbers(network.target_scale, "network.target_scale")},
          {"dead_units", network.dead_units},
          {"layers", std::move(layers)}};
}

NetworkPredictor read_network(JsonReader object, std::size_t features, std::size_t outputs) {
  NetworkPredictor network;
  network.architecture = read_architecture(object, features, outputs);
  const NetworkScalar scalar = object.member("dtype").choice(kNetworkScalars);
  network.center = object.member("center").numbers(features);
  network.scale = object.member("scale").numbers(features);
  network.target_center = object.member("target_center").numbers(outputs);
  network.target_scale = object.member("target_scale").numbers(outputs);
  network.dead_units = static_cast<std::size_t>(object.member("dead_units").count());
  const JsonReader layers = object.member("layers");
  if (scalar == NetworkScalar::f32) {
    network.parameters = read_layers<float>(layers, network.architecture);
  } else {
    network.parameters = read_layers<double>(layers, network.architecture);
  }
  object.finish();
  return network;
}

}  // namespace plumbline
