#include "plumbline/pipeline/network_epochs.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/version.hpp"
#include "plumbline/models/training_state_file.hpp"

namespace plumbline {

namespace {

/// What decides the bits of a run, by the flags that set it.
TrainingSettings settings_of(const EpochsRequest& request) {
  const TrainingOptions& training = request.training;
  const nlohmann::ordered_json all{{"plumbline", kVersion},
                                   {"--hidden", request.architecture.hidden},
                                   {"--activation", name_of(request.architecture.activation)},
                                   {"--dtype", name_of(request.choice->scalar.value_or(NetworkScalar::f32))},
                                   {"--solver", name_of(request.solver)},
                                   {"--epochs", training.epochs},
                                   {"--batch-size", training.batch_size},
                                   {"--step-size", training.step_size},
                                   {"--momentum", training.momentum},
                                   {"--schedule", name_of(training.schedule)},
                                   {"--standardize", request.standardized ? "on" : "off"},
                                   {"--class-weights", request.class_weights},
                                   {"--l2", training.l2},
                                   {"--seed", training.seed},
                                   {"--patience", training.patience},
                                   {"--validation", request.choice->validation_fraction},
                                   {"the objective", request.objective}};
  TrainingSettings settings;
  for (const auto& [name, value] : all.items()) settings.emplace_back(name, value.dump());
  return settings;
}

template <class T>
class Epochs final {
 public:
  Epochs(const EpochsRequest& request, Progress& progress)
      : request_(request),
        progress_(progress),
        network_(request.architecture, request.loss, request.choice->recompute),
        settings_(settings_of(request)) {}

  EpochsResult run() {
    TrainingState<T> state = request_.choice->resume_path.empty()
                                 ? initial_state<T>(request_.architecture, request_.training)
                                 : resumed(request_.choice->resume_path);
    try {
      const auto done = [&](const EpochReport& report) { after_epoch(state, report); };
      const TrainingRun run = train_network(state, network_, request_.data, request_.training, {progress_, done});
      return result_of(state, run);
    } catch (const Cancelled&) {
      if (request_.choice->save_every == 0) throw;
      save(state);
      progress_.say(fmt::format("interrupted after {} of {} epochs: --resume {} continues", state.epoch,
                                request_.training.epochs, request_.choice->state_path));
      throw;
    }
  }

 private:
  void after_epoch(const TrainingState<T>& state, const EpochReport& report) {
    if (request_.each_epoch) request_.each_epoch(report.epoch, report.step_size, state.parameters);
    const std::size_t every = request_.choice->save_every;
    if (every > 0 && (state.epoch % every == 0 || state.epoch == request_.training.epochs)) save(state);
  }

  void save(const TrainingState<T>& state) const {
    SavedTraining saved;
    saved.settings = settings_;
    saved.fingerprint = request_.fingerprint;
    saved.epoch = state.epoch;
    saved.best_epoch = state.best_epoch;
    saved.best_loss = state.best_loss;
    saved.parameters = state.parameters;
    saved.first = state.first;
    saved.second = state.second;
    saved.best = state.best;
    save_training(saved, request_.choice->state_path);
  }

  TrainingState<T> resumed(const std::string& path) const {
    SavedTraining saved = load_training(path);
    const std::string difference = first_difference(saved.settings, settings_);
    if (!difference.empty()) {
      throw UsageError(fmt::format("--resume {}: it was made with other settings: {}", path, difference));
    }
    if (saved.fingerprint != request_.fingerprint)
      throw DataError({path, 0, 0, ""}, "this state was made on another table, or the table was read with other flags");
    TrainingState<T> state;
    state.epoch = saved.epoch;
    state.best_epoch = saved.best_epoch;
    state.best_loss = saved.best_loss;
    std::vector<T>* const parts[] = {&state.parameters, &state.first, &state.second, &state.best};
    NetworkParameters* const from[] = {&saved.parameters, &saved.first, &saved.second, &saved.best};
    for (std::size_t i = 0; i < std::size(parts); ++i) {
      auto* numbers = std::get_if<std::vector<T>>(from[i]);
      const std::size_t size = numbers == nullptr ? 0 : numbers->size();
      const bool adam = request_.training.rule == StepRule::adam;
      const bool fits = numbers != nullptr && (size == network_.parameters() || (i >= 2 && size == 0)) &&
                        (i != 2 || adam == (size > 0));
      if (!fits) throw FileError(path, "cannot be resumed from: its arrays are not those of this network");
      *parts[i] = std::move(*numbers);
    }
    return state;
  }

  EpochsResult result_of(TrainingState<T>& state, const TrainingRun& run) {
    EpochsResult result;
    result.parameters = std::move(state.parameters);
    result.verdict = run.verdict;
    result.epochs = run.epochs;
    result.dead_units = run.dead_units;
    if (run.verdict == Verdict::non_finite && run.fell) {
      result.advice =
          "The loss was falling, but is still above that of a model without features: try more --epochs, or "
          "a larger --step-size.";
    } else if (run.verdict == Verdict::non_finite) {
      result.advice = "The training diverged: try a smaller --step-size. The last good weights are kept.";
    } else if (run.stopped_early) {
      result.advice = fmt::format(
          "Stopped early: no better validation loss for {} epochs; the weights of epoch {} "
          "are kept.",
          request_.training.patience, state.best_epoch);
    } else if (state.best_epoch > 0 && state.best_epoch < run.epochs) {
      result.advice =
          fmt::format("The weights of epoch {} are kept: the best on the validation rows.", state.best_epoch);
    }
    return result;
  }

  const EpochsRequest& request_;
  Progress& progress_;
  NetworkGradient<T> network_;
  TrainingSettings settings_;
};

}  // namespace

EpochsResult run_epochs(const EpochsRequest& request, Progress& progress) {
  if (request.choice->scalar == NetworkScalar::f64) return Epochs<double>(request, progress).run();
  return Epochs<float>(request, progress).run();
}

}  // namespace plumbline
