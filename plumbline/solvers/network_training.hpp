#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/network/network_gradient.hpp"
#include "plumbline/solvers/options.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// How the gradient of a mini-batch becomes a step.
enum class StepRule : std::uint8_t {
  momentum,  ///< m ← λm − ηg, w ← w + m (subject N2.3.2; λ = 0 is plain sgd, N5.3)
  nesterov,  ///< the same, the gradient taken where the momentum leads: w ← w + λm − ηg (Sutskever et al. 2013)
  adam       ///< w ← w − η(m̂/(√v̂ + ε) + l2·W): decay apart from the moments (Loshchilov and Hutter 2019)
};

struct TrainingOptions {
  StepRule rule = StepRule::adam;
  std::size_t epochs = 20;
  std::size_t batch_size = 128;  ///< rows a step; the last batch of an epoch may be shorter
  double step_size = 4e-3;       ///< η
  double momentum = 0.9;         ///< λ, in [0, 1); adam's first moment
  Schedule schedule = Schedule::cosine;
  double l2 = 0;             ///< of the weights; biases and slopes go free
  std::uint64_t seed = 0;    ///< of initial parameters and shuffles
  std::size_t patience = 0;  ///< epochs without a better validation loss before stopping; 0: never

  /// Throws std::invalid_argument unless all are in range.
  void validate() const;
};

/// All that a training run carries from one epoch to the next: written to a file and read back, it continues to the
/// same bits. T: float or double.
template <class T>
struct TrainingState {
  std::size_t epoch = 0;  ///< finished
  std::vector<T> parameters;
  std::vector<T> first;   ///< m
  std::vector<T> second;  ///< v of adam, else empty
  // Early stopping; without validation rows nothing is kept apart.
  std::vector<T> best;
  double best_loss = std::numeric_limits<double>::infinity();
  std::size_t best_epoch = 0;
};

/// Initial parameters, moments zero.
template <class T>
TrainingState<T> initial_state(const Architecture& architecture, const TrainingOptions& options);

/// One epoch, as a progress bar or a trace wants it.
struct EpochReport {
  std::size_t epoch = 0;  ///< from 1
  double train_loss = 0;  ///< mean over the epoch's batches, each before its step
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
  double step_size = 0;  ///< of its last step
  std::size_t rows = 0;  ///< worked through
  double seconds = 0;
};

/// Who is told how a training run gets on: `progress` of every epoch, and asked before every batch whether to stop;
/// `epoch_done`, if there is one, after each epoch, when the state may be saved.
struct TrainingWatch {
  Progress& progress;
  std::function<void(const EpochReport&)> epoch_done;

  // NOLINTNEXTLINE(google-explicit-constructor): a listener alone is a watch
  TrainingWatch(Progress& progress_, std::function<void(const EpochReport&)> epoch_done_ = {})
      : progress(progress_), epoch_done(std::move(epoch_done_)) {}
};

/// What a network is trained on. Pointers that are null: there is none.
struct NetworkTrainingData {
  const RowBatches* train = nullptr;
  const RowBatches* validation = nullptr;
  double null_loss =
      std::numeric_limits<double>::infinity();  ///< risk of the intercept-only model on the training rows
};

struct TrainingRun {
  Verdict verdict = Verdict::completed;
  double train_loss = std::numeric_limits<double>::quiet_NaN();  ///< risk of the parameters returned, without penalty
  std::size_t epochs = 0;
  std::size_t dead_units = 0;  ///< relu: hidden units that are 0 on every training row
  bool stopped_early = false;
  bool fell = false;  ///< the steps led below the loss that the run began with
};

/// Trains a network by mini-batches from `state`, which it advances epoch by epoch; afterwards state.parameters are the
/// ones to use (the best on validation rows, if there are any). The rows of an epoch are shuffled by (seed, epoch) and
/// every sum has a fixed order: the same bits for any number of threads, and for a run that was cut at the end of an
/// epoch and taken up again from its state. A step after the first epoch allocates nothing. Ends `completed`;
/// `non_finite` where loss or parameters stopped being finite, or the loss ends above null_loss: state.parameters are
/// then those of the last good epoch. Throws Cancelled between batches, the state as it was at the end of the last
/// epoch. An epoch costs 6·parameters flops a row.
template <class T>
TrainingRun train_network(TrainingState<T>& state, NetworkGradient<T>& network, const NetworkTrainingData& data,
                          const TrainingOptions& options, const TrainingWatch& watch);

/// The mean loss over rows, without the penalty, in batches of 512 rows in order.
template <class T>
double mean_loss(NetworkGradient<T>& network, const RowBatches& rows, const std::vector<T>& parameters);

}  // namespace plumbline
