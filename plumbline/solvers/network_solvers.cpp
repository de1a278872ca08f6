#include "plumbline/solvers/network_solvers.hpp"

#include <algorithm>

namespace plumbline {

namespace {

/// Steps along a plain gradient must be longer than adam's, whose length is about one in every coordinate.
constexpr double kPlainStep = 0.1;
/// Momentum 0.9 adds up ten of them.
constexpr double kMomentumStep = 0.02;

template <class T>
void take_asked(T& value, const std::optional<T>& asked) {
  if (asked) value = *asked;
}

}  // namespace

bool trains_by_batches(SolverChoice choice) {
  return choice == SolverChoice::automatic || choice == SolverChoice::adam || choice == SolverChoice::sgd ||
         choice == SolverChoice::momentum || choice == SolverChoice::nesterov;
}

bool serves_networks(SolverChoice choice) {
  return trains_by_batches(choice) || choice == SolverChoice::lbfgs || choice == SolverChoice::newton_cg;
}

TrainingOptions training_for(SolverChoice choice, const SolverOptions& asked, std::size_t rows) {
  TrainingOptions options;
  if (choice == SolverChoice::sgd) {
    options.rule = StepRule::momentum;
    options.momentum = 0;
    options.step_size = kPlainStep;
  } else if (choice == SolverChoice::momentum || choice == SolverChoice::nesterov) {
    options.rule = choice == SolverChoice::momentum ? StepRule::momentum : StepRule::nesterov;
    options.step_size = kMomentumStep;
  }
  take_asked(options.batch_size, asked.batch_size);
  const std::size_t batches = std::max<std::size_t>((rows + options.batch_size - 1) / options.batch_size, 1);
  options.epochs = std::clamp((kLeastSteps + batches - 1) / batches, options.epochs, kMostEpochs);
  take_asked(options.epochs, asked.epochs);
  take_asked(options.step_size, asked.step_size);
  take_asked(options.momentum, asked.momentum);
  take_asked(options.schedule, asked.schedule);
  return options;
}

}  // namespace plumbline
