#include "plumbline/solvers/newton.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/solvers/line_search.hpp"

namespace plumbline {

namespace {

constexpr int kMostPolishingSteps = 6;

/// The point, and what one pass says about it.
struct State {
  Vector w, gradient;
  double value = 0;
  BlockHessian hessian;

  void evaluate(TwiceObjective& f) { value = f.value_gradient_hessian(w, gradient, hessian); }
  bool finite() const { return std::isfinite(value) && gradient.allFinite(); }
};

/// Moves to the full step or to what the line search finds; false if nothing decreases f.
bool advance(TwiceObjective& f, State& at, const Vector& direction) {
  const LinePoint start{at.value, at.gradient.dot(direction)};
  State trial;
  trial.w = at.w + direction;
  trial.evaluate(f);
  if (!decreases_enough(f, start, 1, trial.value)) {
    const std::optional<double> t = backtrack(f, at.w, trial.w, start);
    if (!t) return false;
    trial.w = at.w + *t * direction;
    trial.evaluate(f);
  }
  std::swap(at, trial);
  return true;
}

bool within_tolerance(const State& at, const NewtonOptions& options) {
  return options.tolerance && at.gradient.norm() <= *options.tolerance * std::max(1.0, at.w.norm());
}

/// Steps with the last factor until the decrement stops falling: iterative refinement of the root of the gradient.
double polish(TwiceObjective& f, const BlockCholesky& factor, State& at, double decrement2) {
  for (int step = 0; step < kMostPolishingSteps && decrement2 > 0; ++step) {
    State next;
    next.w = at.w - factor.solve(at.gradient);
    next.value = f.value_gradient(next.w, next.gradient);
    const double next_decrement2 = next.gradient.dot(factor.solve(next.gradient));
    if (!next.finite() || !(next_decrement2 < decrement2)) break;
    const bool stalls = next_decrement2 > decrement2 / 16;
    decrement2 = next_decrement2;
    std::swap(at, next);
    if (stalls) break;
  }
  return decrement2;
}

}  // namespace

void NewtonOptions::validate() const {
  require(max_iterations > 0, "NewtonOptions", "max_iterations", "at least 1, got 0");
  require(!tolerance || *tolerance > 0, "NewtonOptions", "tolerance", "positive");
}

SolverRun minimise_by_newton(TwiceObjective& f, Vector w, const NewtonOptions& options, const Monitor& monitor) {
  options.validate();
  SolverRun run;
  State at;
  at.w = std::move(w);
  at.evaluate(f);
  run.ended = Verdict::iteration_limit;
  std::unique_ptr<BlockCholesky> factor;
  for (; at.finite(); ++run.iterations) {
    monitor.iteration(run.iterations, at.value, at.w, at.gradient, 1);
    factor = std::make_unique<BlockCholesky>(at.hessian.blocks);
    at.hessian.blocks.clear();  // the trial point brings its own
    const Vector direction = -factor->solve(at.gradient);
    run.decrement2 = -at.gradient.dot(direction);
    if (!direction.allFinite()) {
      run.ended = Verdict::non_finite;
      break;
    }
    if (within_tolerance(at, options)) {
      run.ended = Verdict::completed;
      break;
    }
    if (!options.tolerance && run.decrement2 <= monitor.allowed_gap(at.value)) {
      run.assembled_decrement2 = run.decrement2;
      run.decrement2 = polish(f, *factor, at, run.decrement2);
      run.ended = Verdict::completed;
      break;
    }
    if (monitor.unbounded && monitor.unbounded(at.w)) {
      run.ended = Verdict::separated;
      break;
    }
    if (run.iterations == options.max_iterations) break;
    if (!advance(f, at, direction)) {
      run.ended = Verdict::line_search_failed;
      break;
    }
  }
  if (!at.finite() || !at.w.allFinite()) run.ended = Verdict::non_finite;
  if (factor && run.ended != Verdict::non_finite) {
    run.inverse_trace = factor->inverse_trace();
    run.singular = factor->shift() > 0;
    run.normal_condition = factor->condition();
  }
  run.w = std::move(at.w);
  run.gradient = std::move(at.gradient);
  run.value = at.value;
  return run;
}

}  // namespace plumbline
