#pragma once

#include <cstddef>

#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

/// What the methods with a fixed step share: gd, momentum, nesterov.
struct FixedStepOptions {
  std::size_t max_iterations = 15000;  ///< subject C.4.3
  double step_size = 1e-3;             ///< η, subject C.4.3
  double epsilon = 1e-12;              ///< stop at ‖w_{t+1} − w_t‖² < ε

  void validate() const;
};

/// Where such a method stands. It takes steps as they are told, and remembers what says whether they led anywhere.
class Walk final {
 public:
  Walk(Objective& f, Vector w, const Monitor& monitor);

  const Vector& w() const { return run_.w; }
  const Vector& gradient() const { return run_.gradient; }
  std::size_t steps() const { return run_.iterations; }

  /// Tells the monitor of the state that the next step starts from; throws Cancelled.
  void report(double step_size) const;
  /// Evaluates f and ∇f at w and goes there; false, and stays at the last finite weights, if they are not finite.
  bool step_to(const Vector& w);
  /// The run as it ends. It has diverged, `non_finite`, if it could not step, if it is above where it began, or if it
  /// is above the intercept-only model and has lost again more than half of what it had gained.
  SolverRun finish(Verdict ended);

 private:
  Objective& f_;
  const Monitor& monitor_;
  SolverRun run_;
  double first_ = 0, lowest_ = 0;
  bool lost_ = false;  ///< a step led out of the finite numbers
};

}  // namespace plumbline
