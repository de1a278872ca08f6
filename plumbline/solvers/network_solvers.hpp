#pragma once

#include "plumbline/solvers/network_training.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// Whether a network can be trained by it: automatic (adam), adam, sgd, momentum, nesterov, lbfgs, newton-cg.
bool serves_networks(SolverChoice choice);

/// adam (and automatic), sgd, momentum and nesterov: of a network they see a mini-batch at a time.
bool trains_by_batches(SolverChoice choice);

/// The training that a choice stands for on so many rows; what the user did not say is the default of that rule. The
/// epochs of a short table are as many as make kLeastSteps steps, but not beyond kMostEpochs.
TrainingOptions training_for(SolverChoice choice, const SolverOptions& asked, std::size_t rows);

inline constexpr std::size_t kLeastSteps = 3000;
inline constexpr std::size_t kMostEpochs = 1000;

/// As validate(), for a network: every solver that trains by batches takes --step-size, --momentum, --schedule,
/// --batch-size and --epochs.
void validate_for_network(SolverChoice choice, const SolverOptions& options);

}  // namespace plumbline
