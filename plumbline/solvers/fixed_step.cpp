#include "plumbline/solvers/fixed_step.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "plumbline/core/errors.hpp"

namespace plumbline {

void FixedStepOptions::validate() const {
  require(max_iterations > 0, "FixedStepOptions", "max_iterations", "at least 1, got 0");
  require(std::isfinite(step_size) && step_size > 0, "FixedStepOptions", "step_size", "positive and finite");
  require(epsilon >= 0, "FixedStepOptions", "epsilon", "not negative");
}

Walk::Walk(Objective& f, Vector w, const Monitor& monitor) : f_(f), monitor_(monitor) {
  run_.w = std::move(w);
  run_.value = f.value_gradient(run_.w, run_.gradient);
  first_ = lowest_ = run_.value;
  lost_ = !std::isfinite(run_.value) || !run_.gradient.allFinite();
}

void Walk::report(double step_size) const {
  monitor_.iteration(run_.iterations, run_.value, run_.w, run_.gradient, step_size);
}

bool Walk::step_to(const Vector& w) {
  Vector gradient;
  const double value = f_.value_gradient(w, gradient);
  ++run_.iterations;
  lost_ = lost_ || !std::isfinite(value) || !gradient.allFinite() || !w.allFinite();
  if (lost_) return false;
  run_.w = w;
  run_.gradient = std::move(gradient);
  run_.value = value;
  lowest_ = std::min(lowest_, value);
  return true;
}

SolverRun Walk::finish(Verdict ended) {
  const bool above_start = run_.value > first_ + f_.resolution(first_);
  const bool thrown_back = run_.value > monitor_.null_value && run_.value - lowest_ > (first_ - lowest_) / 2;
  run_.ended = lost_ || above_start || thrown_back ? Verdict::non_finite : ended;
  return std::move(run_);
}

}  // namespace plumbline
