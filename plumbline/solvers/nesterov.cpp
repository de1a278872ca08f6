#include "plumbline/solvers/nesterov.hpp"

#include <utility>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

/// λ_t, t steps after the last restart.
double growing_momentum(std::size_t t) { return static_cast<double>(t) / static_cast<double>(t + 3); }

}  // namespace

void NesterovOptions::validate() const {
  FixedStepOptions::validate();
  require(!momentum || (*momentum >= 0 && *momentum < 1), "NesterovOptions", "momentum", "at least 0 and below 1");
}

SolverRun minimise_by_nesterov(Objective& f, Vector w, const NesterovOptions& options, const Monitor& monitor) {
  options.validate();
  Vector x = w;
  Walk y(f, std::move(w), monitor);
  for (std::size_t since_restart = 0; y.steps() < options.max_iterations; ++since_restart) {
    y.report(options.step_size);
    const Vector move = y.w() - options.step_size * y.gradient() - x;
    x += move;
    if (!options.momentum && y.gradient().dot(move) > 0) since_restart = 0;
    const double momentum = options.momentum ? *options.momentum : growing_momentum(since_restart);
    if (!y.step_to(x + momentum * move)) break;
    const Vector push = options.step_size * y.gradient();
    if (move.squaredNorm() < options.epsilon && push.squaredNorm() < options.epsilon) {
      return y.finish(Verdict::completed);
    }
  }
  return y.finish(Verdict::iteration_limit);
}

}  // namespace plumbline
