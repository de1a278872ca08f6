// Loss and gradients of five networks against PyTorch (tests/reference/networks.py says how they were made).

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plumbline/network/network_gradient.hpp"

namespace plumbline {
namespace {

using nlohmann::json;

const json& references() {
  static const json all = [] {
    std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/networks.json");
    return json::parse(file);
  }();
  return all;
}

Loss loss_named(const std::string& name, std::size_t outputs) {
  if (name == "softmax") return SoftmaxLoss{outputs};
  if (name == "squared") return SquaredLoss{};
  return LogisticLoss{outputs};
}

Architecture architecture_of(const json& reference) {
  const auto widths = reference.at("widths").get<std::vector<std::size_t>>();
  Architecture network{widths.front(), {widths.begin() + 1, widths.end() - 1}, widths.back()};
  for (const Activation each : kActivations) {
    if (reference.at("activation") == name_of(each)) network.activation = each;
  }
  return network;
}

template <class T>
void expect_torch(const json& reference, const char* precision, double tolerance) {
  SCOPED_TRACE(reference.at("name").get<std::string>() + " " + precision);
  const Architecture network = architecture_of(reference);
  const auto rows = references().at("rows").get<std::size_t>();
  Batch<T> batch;
  batch.x = autodiff::Array<T>({rows, network.inputs}, reference.at("x").get<std::vector<T>>());
  batch.target = reference.at("y").get<std::vector<double>>();
  batch.row_weight = autodiff::Array<T>({rows, 1}, std::vector<T>(rows, T(1)));
  const auto parameters = reference.at("parameters").get<std::vector<T>>();
  const auto& expected = reference.at(precision);
  const auto gradient = expected.at("gradient").get<std::vector<double>>();
  ASSERT_EQ(parameters.size(), network.parameters());
  ASSERT_EQ(gradient.size(), network.parameters());

  NetworkGradient<T> ours(network, loss_named(reference.at("loss"), network.outputs));
  std::vector<T> got(parameters.size());
  const double loss = ours.add(batch, parameters.data(), 1.0 / static_cast<double>(rows), got.data());
  const double expected_loss = expected.at("loss").get<double>();
  EXPECT_NEAR(loss, expected_loss, tolerance * std::fmax(1, expected_loss));
  for (std::size_t c = 0; c < got.size(); ++c) {
    EXPECT_NEAR(static_cast<double>(got[c]), gradient[c], tolerance * std::fmax(1, std::fabs(gradient[c]))) << c;
  }
}

// What the issue asks for: a few roundings of 6e-8 and 1e-16 in sums of a few dozen terms.
TEST(PyTorch, AgreesInBothPrecisions) {
  ASSERT_EQ(references().at("networks").size(), 5U);
  for (const json& each : references().at("networks")) {
    expect_torch<float>(each, "f32", 1e-6);
    expect_torch<double>(each, "f64", 1e-12);
  }
}

}  // namespace
}  // namespace plumbline
