// A network in a model: its file, what a hostile file is told, and its predictions against the sums written out.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/example_network.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace plumbline {
namespace {

using nlohmann::json;

double activated(Activation activation, double x, double slope) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return x > 0 ? x : 0;
    case Activation::leaky_relu:
      return x > 0 ? x : 0.01 * x;
    case Activation::prelu:
      return x > 0 ? x : slope * x;
    case Activation::elu:
      return x > 0 ? x : std::expm1(x);
    case Activation::softplus:
      return std::log1p(std::exp(x));
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::tanh:
      return std::tanh(x);
  }
  return 0;
}

/// eta of one row, sum by sum, of a network with one output.
double written_out(const NetworkPredictor& network, const std::vector<double>& row) {
  std::vector<double> parameters;
  std::visit([&](const auto& numbers) { parameters.assign(numbers.begin(), numbers.end()); }, network.parameters);
  std::vector<double> h;
  for (std::size_t j = 0; j < row.size(); ++j) h.push_back((row[j] - network.center[j]) * network.scale[j]);
  for (const Layer& layer : network.architecture.layers()) {
    std::vector<double> next;
    for (std::size_t k = 0; k < layer.outputs; ++k) {
      double sum = parameters[layer.biases + k];
      for (std::size_t j = 0; j < layer.inputs; ++j) sum += h[j] * parameters[layer.weights + j * layer.outputs + k];
      const double slope = layer.has_slopes ? parameters[layer.slopes + k] : 0;
      next.push_back(layer.last ? sum : activated(network.architecture.activation, sum, slope));
    }
    h = next;
  }
  return network.target_center[0] + network.target_scale[0] * h[0];
}

constexpr std::size_t kNetworkRows = 300, kNetworkColumns = 4;

std::vector<double> example_rows() {
  std::vector<double> x;
  for (std::size_t c = 0; c < kNetworkRows * kNetworkColumns; ++c) x.push_back(14 + 4 * random_unit(8, 0, c));
  return x;
}

std::vector<double> eta_of(const LinearModel& model, const std::vector<double>& x, std::size_t begin,
                           std::size_t rows) {
  RowBlock block;
  block.rows = rows;
  block.x = DenseView{x.data() + begin * kNetworkColumns, rows, kNetworkColumns, kNetworkColumns, Scalar::f64, 1};
  std::vector<double> eta(rows);
  predictors(model, block, eta.data());
  return eta;
}

class EveryNetwork : public ::testing::TestWithParam<Activation> {};

TEST_P(EveryNetwork, PredictsWhatItsSumsSay) {
  const std::vector<double> x = example_rows();
  for (const NetworkScalar scalar : kNetworkScalars) {
    const LinearModel model = example_network(scalar, GetParam());
    const std::vector<double> eta = eta_of(model, x, 0, kNetworkRows);
    // Sums of five terms of size about 10, times 3: some twenty roundings.
    const double tolerance = scalar == NetworkScalar::f32 ? 5e-5 : 1e-13;
    for (std::size_t i = 0; i < kNetworkRows; ++i) {
      const std::vector<double> row(x.begin() + static_cast<std::ptrdiff_t>(i * kNetworkColumns),
                                    x.begin() + static_cast<std::ptrdiff_t>((i + 1) * kNetworkColumns));
      EXPECT_NEAR(eta[i], written_out(*model.network, row), tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryNetwork, ::testing::ValuesIn(kActivations));

TEST(NetworkModel, ARowHasTheSameBitsInAnyBlock) {
  const std::vector<double> x = example_rows();
  for (const NetworkScalar scalar : kNetworkScalars) {
    const LinearModel model = example_network(scalar);
    const std::vector<double> together = eta_of(model, x, 0, kNetworkRows);
    for (const std::size_t size : {1U, 7U, 100U}) {
      for (std::size_t begin = 0; begin < kNetworkRows; begin += size) {
        const std::vector<double> apart = eta_of(model, x, begin, std::min<std::size_t>(size, kNetworkRows - begin));
        for (std::size_t i = 0; i < apart.size(); ++i) EXPECT_EQ(apart[i], together[begin + i]);
      }
    }
  }
}

TEST(NetworkModel, ARowBeyondTheRangeOfFloatsIsComputedInDouble) {
  const LinearModel model = example_network(NetworkScalar::f32);
  const std::vector<double> x{1e60, 0, 0, 0, 14, 0, 0, 0};
  const std::vector<double> eta = eta_of(model, x, 0, 2);
  EXPECT_TRUE(std::isfinite(eta[0]));
  EXPECT_GT(std::fabs(eta[0]), 1e50);
  EXPECT_NEAR(eta[0] / written_out(*model.network, {1e60, 0, 0, 0}), 1, 1e-12);
  EXPECT_LT(std::fabs(eta[1]), 100);
}

TEST(NetworkModel, RefusesABlockOfAnotherWidth) {
  const LinearModel model = example_network(NetworkScalar::f32);
  RowBlock block;
  const std::vector<double> x(3);
  block.rows = 1;
  block.x = DenseView{x.data(), 1, 3, 3, Scalar::f64, 1};
  double eta = 0;
  EXPECT_THROW(predictors(model, block, &eta), std::invalid_argument);
}

TEST(NetworkFile, ReturnsToTheLastBit) {
  for (const NetworkScalar scalar : kNetworkScalars) {
    for (const Activation activation : kActivations) {
      const LinearModel model = example_network(scalar, activation);
      const std::string text = to_json(model);
      const LinearModel read = model_from_json(text, "m.json");
      EXPECT_EQ(read.network->parameters, model.network->parameters);
      EXPECT_EQ(read.network->architecture.hidden, model.network->architecture.hidden);
      EXPECT_EQ(read.network->dead_units, 2U);
      EXPECT_EQ(read.training.validation_rows, 11U);
      EXPECT_EQ(to_json(read), text);
    }
  }
}

TEST(NetworkFile, WritesNoNumberThatIsNotFinite) {
  LinearModel model = example_network(NetworkScalar::f32);
  std::get<std::vector<float>>(model.network->parameters)[3] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(to_json(model), std::invalid_argument);
}

void expect_network_refused(const std::string& pointer, const json& value, const std::string& part) {
  json object = json::parse(to_json(example_network(NetworkScalar::f32)));
  object[json::json_pointer(pointer)] = value;
  try {
    model_from_json(object.dump(), "m.json");
    ADD_FAILURE() << pointer << " = " << value.dump() << " was taken";
  } catch (const FileError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind("m.json: ", 0), 0U) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

TEST(NetworkFile, AHostileOneIsRefusedByItsKey) {
  expect_network_refused("/network/hidden", {5}, "/network/layers");
  expect_network_refused("/network/hidden", {5, 0}, "/network/hidden");
  expect_network_refused("/network/hidden", {1UL << 62, 1UL << 62}, "/network/hidden");
  expect_network_refused("/network/hidden", {6, 3}, "/network/layers/0/weights/0");
  expect_network_refused("/network/hidden", json::object(), "/network/hidden");
  expect_network_refused("/network/activation", "swish", "/network/activation");
  expect_network_refused("/network/activation", "relu", "/network/layers/0");  // slopes are left over
  expect_network_refused("/network/dtype", "f16", "/network/dtype");
  expect_network_refused("/network/layers/0/weights/0/0", 0.1, "/network/layers/0/weights/0");  // 0.1 is no float
  expect_network_refused("/network/layers/0/weights/0/0", 1e300, "/network/layers/0/weights/0");
  expect_network_refused("/network/layers/1/biases", {1, 2}, "/network/layers/1/biases");
  expect_network_refused("/network/layers/1/biases/0", nullptr, "/network/layers/1/biases");
  expect_network_refused("/network/center", {1}, "/network/center");
  expect_network_refused("/network/target_scale", {1, 2}, "/network/target_scale");
  expect_network_refused("/network/dead_units", -1, "/network/dead_units");
  expect_network_refused("/network/extra", 1, "extra");
  expect_network_refused("/predictor", json::object(), "predictor");
}

}  // namespace
}  // namespace plumbline
