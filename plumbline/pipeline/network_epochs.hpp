#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/pipeline/network_choice.hpp"
#include "plumbline/solvers/network_training.hpp"

namespace plumbline {

/// A training by mini-batches, in float or double as choice->scalar says.
struct EpochsRequest {
  Architecture architecture;
  Loss loss;
  TrainingOptions training;
  NetworkTrainingData data;
  const NetworkChoice* choice = nullptr;
  SolverChoice solver = SolverChoice::adam;
  std::uint64_t fingerprint = 0;
  // What else decides the bits, for the state to be told apart from another's.
  std::string objective;
  bool standardized = true;
  std::vector<double> class_weights;
  /// Called after each epoch; empty: nobody looks.
  std::function<void(std::size_t epoch, double step, const NetworkParameters& parameters)> each_epoch;
};

struct EpochsResult {
  NetworkParameters parameters;
  Verdict verdict = Verdict::completed;
  std::size_t epochs = 0;
  std::size_t dead_units = 0;
  std::string advice;
};

/// Runs it from the start, or from the state that choice->resume_path holds, and saves its state every
/// choice->save_every epochs, at the end and when it is cancelled. Throws UsageError where the state is of another
/// training, DataError where it is of another table, FileError, Cancelled.
EpochsResult run_epochs(const EpochsRequest& request, Progress& progress);

}  // namespace plumbline
