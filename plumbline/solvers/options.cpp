#include "plumbline/solvers/options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "plumbline/core/errors.hpp"

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

/// Which option means something to which solver.
bool takes(SolverChoice solver, Option option) {
  const bool sgd = solver == SolverChoice::sgd;
  switch (option) {
    case Option::max_iterations:
      return !is_direct(solver) && !sgd;
    case Option::tolerance:
      return !is_direct(solver) && !sgd && solver != SolverChoice::interior_point;
    case Option::step_size:
      return has_fixed_steps(solver);
    case Option::momentum:
      return solver == SolverChoice::momentum || solver == SolverChoice::nesterov || sgd;
    case Option::schedule:
    case Option::batch_size:
    case Option::epochs:
      return sgd;
  }
  return false;
}

std::string takers_of(Option option) {
  std::string names;
  for (const SolverChoice solver : kSolvers) {
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

}  // namespace

void validate(SolverChoice choice, const SolverOptions& options) {
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
                                 takers_of(option)));
  }
}

bool is_direct(SolverChoice choice) {
  return choice == SolverChoice::normal_inverse || choice == SolverChoice::cholesky || choice == SolverChoice::qr ||
         choice == SolverChoice::svd || choice == SolverChoice::dual;
}

bool has_fixed_steps(SolverChoice choice) {
  return choice == SolverChoice::gd || choice == SolverChoice::momentum || choice == SolverChoice::nesterov ||
         choice == SolverChoice::sgd;
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
