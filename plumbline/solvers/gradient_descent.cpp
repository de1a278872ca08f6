#include "plumbline/solvers/gradient_descent.hpp"

#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {

void GradientDescentOptions::validate() const {
  require(max_iterations > 0, "GradientDescentOptions", "max_iterations", "at least 1, got 0");
  require(std::isfinite(step_size) && step_size > 0, "GradientDescentOptions", "step_size", "positive and finite");
  require(epsilon >= 0, "GradientDescentOptions", "epsilon", "not negative");
}

SolverRun minimise_by_gradient_descent(Objective& f, Vector w, const GradientDescentOptions& options,
                                       const Monitor& monitor) {
  options.validate();
  SolverRun run;
  run.w = std::move(w);
  run.ended = Verdict::iteration_limit;
  run.value = f.value_gradient(run.w, run.gradient);
  const double first_value = run.value;
  while (run.iterations < options.max_iterations && std::isfinite(run.value) && run.gradient.allFinite()) {
    monitor.iteration(run.iterations, run.value, run.w, run.gradient, options.step_size);
    const Vector step = -options.step_size * run.gradient;
    run.w += step;
    run.value = f.value_gradient(run.w, run.gradient);
    ++run.iterations;
    if (step.squaredNorm() < options.epsilon) {
      run.ended = Verdict::completed;
      break;
    }
  }
  const bool finite = std::isfinite(run.value) && run.gradient.allFinite() && run.w.allFinite();
  if (!finite || run.value > first_value + f.resolution(first_value)) run.ended = Verdict::non_finite;
  return run;
}

}  // namespace plumbline
