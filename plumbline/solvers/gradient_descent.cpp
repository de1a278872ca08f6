#include "plumbline/solvers/gradient_descent.hpp"

#include <utility>

namespace plumbline {

SolverRun minimise_by_gradient_descent(Objective& f, Vector w, const GradientDescentOptions& options,
                                       const Monitor& monitor) {
  options.validate();
  Walk walk(f, std::move(w), monitor);
  while (walk.steps() < options.max_iterations) {
    walk.report(options.step_size);
    const Vector step = -options.step_size * walk.gradient();
    if (!walk.step_to(walk.w() + step)) break;
    if (step.squaredNorm() < options.epsilon) return walk.finish(Verdict::completed);
  }
  return walk.finish(Verdict::iteration_limit);
}

}  // namespace plumbline
