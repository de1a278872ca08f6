#include "plumbline/solvers/momentum.hpp"

#include <utility>

#include "plumbline/core/errors.hpp"

namespace plumbline {

void MomentumOptions::validate() const {
  FixedStepOptions::validate();
  require(momentum >= 0 && momentum < 1, "MomentumOptions", "momentum", "at least 0 and below 1");
}

SolverRun minimise_by_momentum(Objective& f, Vector w, const MomentumOptions& options, const Monitor& monitor) {
  options.validate();
  Vector step = Vector::Zero(w.size());
  Walk walk(f, std::move(w), monitor);
  while (walk.steps() < options.max_iterations) {
    walk.report(options.step_size);
    step = -options.step_size * walk.gradient() + options.momentum * step;
    if (!walk.step_to(walk.w() + step)) break;
    const Vector push = options.step_size * walk.gradient();
    if (step.squaredNorm() < options.epsilon && push.squaredNorm() < options.epsilon) {
      return walk.finish(Verdict::completed);
    }
  }
  return walk.finish(Verdict::iteration_limit);
}

}  // namespace plumbline
