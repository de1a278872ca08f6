#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/models/network_predictor.hpp"

namespace plumbline {

/// What is asked of a network and of its training. Defaults of the training itself: solvers/network_training.hpp.
struct NetworkChoice {
  std::vector<std::size_t> hidden;       ///< width of each hidden layer; empty: a linear model
  std::optional<Activation> activation;  ///< relu if absent
  std::optional<NetworkScalar> scalar;   ///< f32 if absent; f64 for lbfgs and newton-cg
  double validation_fraction = 0;        ///< of all rows, carved from train: the best epoch on them is kept
  std::size_t patience = 0;              ///< epochs without a better validation loss before stopping; 0: all of them
  std::size_t save_every = 0;            ///< epochs between two savings of the state; 0: never
  std::string state_path;                ///< where that goes
  std::string resume_path;               ///< a state to continue from; empty: from the start
  std::size_t recompute = 0;             ///< hidden layers that are computed again in the backward pass

  bool is_network() const { return !hidden.empty(); }
};

}  // namespace plumbline
