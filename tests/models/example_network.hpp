#pragma once

#include "models/example_model.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

/// The example model with a network of two hidden layers in place of its coefficients.
inline LinearModel example_network(NetworkScalar scalar, Activation activation = Activation::prelu) {
  LinearModel model = example_model();
  model.predictor = {4, 1, {}, {}, {}, true, {}, {}, {}};
  model.report.gap.reset();
  model.report.verdict = Verdict::completed;
  NetworkPredictor network;
  network.architecture = {4, {5, 3}, 1, activation};
  network.center = {14, 0, 0.5, 0.25};
  network.scale = {0.3, 0, 2, 1.5};
  network.target_center = {0.5};
  network.target_scale = {3};
  network.dead_units = 2;
  std::vector<double> numbers(network.architecture.parameters());
  for (std::size_t c = 0; c < numbers.size(); ++c) numbers[c] = 2 * random_unit(7, 0, c) - 1;
  if (scalar == NetworkScalar::f32) {
    network.parameters = std::vector<float>(numbers.begin(), numbers.end());
  } else {
    network.parameters = numbers;
  }
  model.network = std::move(network);
  model.training.validation_rows = 11;
  return model;
}

}  // namespace plumbline
