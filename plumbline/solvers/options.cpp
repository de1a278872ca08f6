#include "plumbline/solvers/options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/network_solvers.hpp"

namespace plumbline {

namespace {

enum class Option { max_iterations, tolerance, step_size, momentum, schedule, batch_size, epochs };

constexpr std::array kOptions{Option::max_iterations, Option::tolerance,  Option::step_size, Option::momentum,
                              Option::schedule,       Option::batch_size, Option::epochs};

const char* flag_of(Option option) {
  switch (option) {
    case Option::max_iterations:
      return "--max-iterations";
    case Option::tolerance:
      return "--tolerance";
    case Option::step_size:
      return "--step-size";
    case Option::momentum:
      return "--momentum";
    case Option::schedule:
      return "--schedule";
    case Option::batch_size:
      return "--batch-size";
    case Option::epochs:
      return "--epochs";
  }
  return "?";
}

bool is_given(const SolverOptions& options, Option option) {
  switch (option) {
    case Option::max_iterations:
      return options.max_iterations.has_value();
    case Option::tolerance:
      return options.tolerance.has_value();
    case Option::step_size:
      return options.step_size.has_value();
    case Option::momentum:
      return options.momentum.has_value();
    case Option::schedule:
      return options.schedule.has_value();
    case Option::batch_size:
      return options.batch_size.has_value();
    case Option::epochs:
      return options.epochs.has_value();
  }
  return false;
}

/// Which option means something to which solver of a linear model.
bool takes(SolverChoice solver, Option option) {
  const bool epochs = solver == SolverChoice::sgd || solver == SolverChoice::adam;
  switch (option) {
    case Option::max_iterations:
      return !is_direct(solver) && !epochs;
    case Option::tolerance:
      return !is_direct(solver) && !epochs && solver != SolverChoice::interior_point;
    case Option::step_size:
      return has_fixed_steps(solver);
    case Option::momentum:
      return solver == SolverChoice::momentum || solver == SolverChoice::nesterov || epochs;
    case Option::schedule:
    case Option::batch_size:
    case Option::epochs:
      return epochs;
  }
  return false;
}

/// The same of a network.
bool network_takes(SolverChoice solver, Option option) {
  if (option == Option::max_iterations || option == Option::tolerance) return !trains_by_batches(solver);
  return trains_by_batches(solver);
}

using Takes = bool (*)(SolverChoice, Option);

std::string takers_of(Option option, Takes takes) {
  std::string names;
  for (const SolverChoice solver : kSolvers) {
    if (takes == network_takes && !serves_networks(solver)) continue;
    if (solver == SolverChoice::automatic || !takes(solver, option)) continue;
    names += (names.empty() ? "" : ", ") + std::string(name_of(solver));
  }
  return names;
}

void refuse_empty_count(const std::optional<std::size_t>& count, Option option) {
  if (count && *count == 0) throw UsageError(fmt::format("{} must be at least 1", flag_of(option)));
}

void refuse_not_positive(const std::optional<double>& number, Option option) {
  if (number && !(std::isfinite(*number) && *number > 0)) {
    throw UsageError(fmt::format("{} must be a positive number", flag_of(option)));
  }
}

void validate(SolverChoice choice, const SolverOptions& options, Takes takes) {
  refuse_empty_count(options.max_iterations, Option::max_iterations);
  refuse_empty_count(options.batch_size, Option::batch_size);
  refuse_empty_count(options.epochs, Option::epochs);
  refuse_not_positive(options.tolerance, Option::tolerance);
  refuse_not_positive(options.step_size, Option::step_size);
  if (options.momentum && !(*options.momentum >= 0 && *options.momentum < 1)) {
    throw UsageError("--momentum must be at least 0 and below 1");
  }
  for (const Option option : kOptions) {
    if (!is_given(options, option) || takes(choice, option)) continue;
    throw UsageError(fmt::format("{} means nothing to --solver {}: it goes with {}", flag_of(option), name_of(choice),
                                 takers_of(option, takes)));
  }
}

}  // namespace

void validate(SolverChoice choice, const SolverOptions& options) { validate(choice, options, takes); }

void validate_for_network(SolverChoice choice, const SolverOptions& options) {
  if (!serves_networks(choice)) {
    std::string names;
    for (const SolverChoice solver : kSolvers) {
      if (serves_networks(solver)) names += (names.empty() ? "" : ", ") + std::string(name_of(solver));
    }
    throw UsageError(fmt::format("--solver {} is for linear models: --hidden goes with {}", name_of(choice), names));
  }
  validate(choice, options, network_takes);
}

bool is_direct(SolverChoice choice) {
  return choice == SolverChoice::normal_inverse || choice == SolverChoice::cholesky || choice == SolverChoice::qr ||
         choice == SolverChoice::svd || choice == SolverChoice::dual;
}

bool has_fixed_steps(SolverChoice choice) {
  return choice == SolverChoice::gd || choice == SolverChoice::momentum || choice == SolverChoice::nesterov ||
         choice == SolverChoice::sgd || choice == SolverChoice::adam;
}

const char* name_of(SolverChoice choice) {
  switch (choice) {
    case SolverChoice::automatic:
      return "auto";
    case SolverChoice::normal_inverse:
      return "normal-inverse";
    case SolverChoice::cholesky:
      return "cholesky";
    case SolverChoice::qr:
      return "qr";
    case SolverChoice::svd:
      return "svd";
    case SolverChoice::dual:
      return "dual";
    case SolverChoice::newton:
      return "newton";
    case SolverChoice::newton_cg:
      return "newton-cg";
    case SolverChoice::lbfgs:
      return "lbfgs";
    case SolverChoice::interior_point:
      return "interior-point";
    case SolverChoice::gd:
      return "gd";
    case SolverChoice::momentum:
      return "momentum";
    case SolverChoice::nesterov:
      return "nesterov";
    case SolverChoice::sgd:
      return "sgd";
    case SolverChoice::adam:
      return "adam";
  }
  return "?";
}

const char* name_of(Schedule schedule) {
  switch (schedule) {
    case Schedule::constant:
      return "constant";
    case Schedule::step:
      return "step";
    case Schedule::cosine:
      return "cosine";
  }
  return "?";
}

}  // namespace plumbline
