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
  while (run.iterations < options.max_iterations) {
    monitor.iteration(run.iterations, run.value, run.w, run.gradient, options.step_size);
    const Vector step = -options.step_size * run.gradient;
    Vector gradient;
    const Vector moved = run.w + step;
    const double value = f.value_gradient(moved, gradient);
    ++run.iterations;
    if (!std::isfinite(value) || !gradient.allFinite() || !moved.allFinite()) {  // the last finite weights stay
      run.ended = Verdict::non_finite;
      break;
    }
    run.w = moved;
    run.gradient = std::move(gradient);
    run.value = value;
    if (step.squaredNorm() < options.epsilon) {
      run.ended = Verdict::completed;
      break;
    }
  }
  if (run.value > first_value + f.resolution(first_value)) run.ended = Verdict::non_finite;
  return run;
}

}  // namespace plumbline
