#include "plumbline/solvers/newton.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <memory>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/solvers/line_search.hpp"

namespace plumbline {

namespace {

constexpr int kMostPolishingSteps = 6;
/// Rounding and columns that depend on each other need less than this on a unit diagonal; more means that the Hessian
/// is not definite.
constexpr double kRoundingShift = 1e-7;
constexpr double kFirstShift = 1e-3;

/// The point, and what one pass says about it.
struct NewtonState {
  Vector w, gradient;
  double value = 0;
  BlockHessian hessian;

  void evaluate(TwiceObjective& f) { value = f.value_gradient_hessian(w, gradient, hessian); }
  bool finite() const { return std::isfinite(value) && gradient.allFinite(); }
};

/// A + τD, D the sizes of the diagonal, τ the first of 1e-3, 4e-3, … that makes it positive definite (Nocedal and
/// Wright 2006, algorithm 3.3): where f bends downwards, Newton's step on it still goes downhill.
Matrix made_definite(const Matrix& block) {
  const double typical = block.diagonal().cwiseAbs().maxCoeff();
  const Vector size =
      typical > 0 ? Vector(block.diagonal().cwiseAbs().cwiseMax(1e-8 * typical)) : Vector::Ones(block.rows());
  Matrix shifted = block;
  for (double shift = kFirstShift; std::isfinite(shift); shift *= 4) {
    shifted.diagonal() = block.diagonal() + shift * size;
    if (Eigen::LLT<Matrix>(shifted).info() == Eigen::Success) break;
  }
  return shifted;
}

/// Newton's quadratic model at a point, as far as it is worth anything.
struct Model {
  std::unique_ptr<BlockCholesky> factor;
  Vector direction;
  bool definite = true;  ///< false: the factor is of a shifted Hessian, and its decrement proves nothing
};

/// Uses up the Hessian: the next point brings its own.
Model model_at(NewtonState& at) {
  Model model;
  model.factor = std::make_unique<BlockCholesky>(at.hessian.blocks);
  model.definite = !model.factor->finite() || model.factor->shift() < kRoundingShift;
  if (!model.definite) {
    for (Matrix& block : at.hessian.blocks) block = made_definite(block);
    model.factor = std::make_unique<BlockCholesky>(at.hessian.blocks);
  }
  at.hessian.blocks.clear();
  model.direction = -model.factor->solve(at.gradient);
  return model;
}

/// Moves to the full step or to what the line search finds; false if nothing decreases f.
bool advance(TwiceObjective& f, NewtonState& at, const Vector& direction) {
  const LinePoint start{at.value, at.gradient.dot(direction)};
  NewtonState trial;
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

bool within_tolerance(const NewtonState& at, const NewtonOptions& options) {
  return options.tolerance && at.gradient.norm() <= *options.tolerance * std::max(1.0, at.w.norm());
}

void describe_hessian(const Model& model, SolverRun& run) {
  run.inverse_trace = model.factor->inverse_trace();
  run.normal_condition = model.factor->condition();
  run.singular = !model.definite || model.factor->shift() > 0;
  if (!model.definite) run.decrement2 = -1;
}

/// Steps with the last factor until the decrement stops falling: iterative refinement of the root of the gradient.
double polish(TwiceObjective& f, const BlockCholesky& factor, NewtonState& at, double decrement2) {
  for (int step = 0; step < kMostPolishingSteps && decrement2 > 0; ++step) {
    NewtonState next;
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
  NewtonState at;
  at.w = std::move(w);
  at.evaluate(f);
  run.ended = Verdict::iteration_limit;
  Model model;
  for (; at.finite(); ++run.iterations) {
    monitor.iteration(run.iterations, at.value, at.w, at.gradient, 1);
    model = model_at(at);
    run.decrement2 = -at.gradient.dot(model.direction);
    if (!model.direction.allFinite()) {
      run.ended = Verdict::non_finite;
      break;
    }
    if (within_tolerance(at, options)) {
      run.ended = Verdict::completed;
      break;
    }
    if (!options.tolerance && model.definite && run.decrement2 <= monitor.allowed_gap(at.value)) {
      run.assembled_decrement2 = run.decrement2;
      run.decrement2 = polish(f, *model.factor, at, run.decrement2);
      run.ended = Verdict::completed;
      break;
    }
    if (!model.definite && run.decrement2 <= ulp(at.value)) {  // a saddle, as far as the value can tell
      run.ended = Verdict::precision_limit;
      break;
    }
    if (monitor.unbounded && monitor.unbounded(at.w)) {
      run.ended = Verdict::separated;
      break;
    }
    if (run.iterations == options.max_iterations) break;
    if (!advance(f, at, model.direction)) {
      run.ended = Verdict::line_search_failed;
      break;
    }
  }
  if (!at.finite() || !at.w.allFinite()) run.ended = Verdict::non_finite;
  if (run.ended != Verdict::non_finite) describe_hessian(model, run);
  run.w = std::move(at.w);
  run.gradient = std::move(at.gradient);
  run.value = at.value;
  return run;
}

}  // namespace plumbline
