#include "plumbline/network/architecture.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

constexpr std::uint64_t kInitialStream = 0x4e45545700000000ULL;

/// Half the width of the interval that the weights of a layer are drawn from.
double reach(const Layer& layer, Activation activation) {
  const auto in = static_cast<double>(layer.inputs), out = static_cast<double>(layer.outputs);
  const auto he = [in](double slope) { return std::sqrt(6 / ((1 + slope * slope) * in)); };
  if (layer.last) return std::sqrt(6 / (in + out));
  switch (activation) {
    case Activation::relu:
    case Activation::elu:
      return he(0);
    case Activation::leaky_relu:
      return he(kLeakySlope);
    case Activation::prelu:
      return he(kFirstPreluSlope);
    default:
      return std::sqrt(6 / (in + out));
  }
}

}  // namespace

void Architecture::validate() const {
  // Far beyond what memory holds, and far below where positions overflow.
  constexpr std::size_t kMostParameters = std::numeric_limits<std::size_t>::max() / 64;
  require(inputs > 0, "Architecture", "inputs", "at least 1, got 0");
  require(outputs > 0, "Architecture", "outputs", "at least 1, got 0");
  std::size_t total = 0, in = inputs;
  for (std::size_t i = 0; i <= hidden.size(); ++i) {
    const std::size_t out = i < hidden.size() ? hidden[i] : outputs;
    require(out > 0, "Architecture", "hidden", "widths of at least 1, got 0");
    require(in < (kMostParameters - total) / out - 2, "Architecture", "hidden",
            "widths whose parameters can be counted, got " + std::to_string(out));
    total += (in + 2) * out;
    in = out;
  }
}

std::vector<Layer> Architecture::layers() const {
  validate();
  std::vector<Layer> layers;
  std::size_t position = 0, in = inputs;
  for (std::size_t i = 0; i <= hidden.size(); ++i) {
    Layer layer;
    layer.inputs = in;
    layer.outputs = i < hidden.size() ? hidden[i] : outputs;
    layer.last = i == hidden.size();
    layer.has_slopes = !layer.last && activation == Activation::prelu;
    layer.weights = position;
    layer.biases = layer.weights + layer.inputs * layer.outputs;
    layer.slopes = layer.biases + layer.outputs;
    position = layer.end();
    in = layer.outputs;
    layers.push_back(layer);
  }
  return layers;
}

template <class T>
std::vector<T> initial_parameters(const Architecture& architecture, std::uint64_t seed) {
  std::vector<T> parameters(architecture.parameters());
  for (const Layer& layer : architecture.layers()) {
    const double a = reach(layer, architecture.activation);
    for (std::size_t c = layer.weights; c < layer.biases; ++c) {
      parameters[c] = static_cast<T>(a * (2 * random_unit(seed, kInitialStream, c) - 1));
    }
    for (std::size_t c = layer.slopes; c < layer.end(); ++c) parameters[c] = static_cast<T>(kFirstPreluSlope);
  }
  return parameters;
}

template std::vector<float> initial_parameters<float>(const Architecture&, std::uint64_t);
template std::vector<double> initial_parameters<double>(const Architecture&, std::uint64_t);

}  // namespace plumbline
