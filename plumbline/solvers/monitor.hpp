#pragma once

#include <cstddef>
#include <functional>

#include "plumbline/core/progress.hpp"
#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// What every iterative solver shares: when the optimum is proved, who listens, who may stop it.
struct Monitor {
  double null_value = 0;  ///< objective of the intercept-only model
  Progress* progress = nullptr;
  /// Called once an iteration with the state it starts from; empty: nobody traces.
  std::function<void(std::size_t iteration, double value, const Vector& w, const Vector& gradient, double step)> trace;
  /// True once w shows that there is no finite optimum (separation); empty: not asked.
  std::function<bool(const Vector& w)> unbounded;

  /// design.md §4: gap <= 1e-9·(f(null) − f) + 4 ulp(f).
  bool is_optimal(double gap, double value) const;
  double allowed_gap(double value) const;
  /// Throws Cancelled once the user wants to stop.
  void check_cancelled() const;
  /// Tells progress and trace; throws Cancelled.
  void iteration(std::size_t count, double value, const Vector& w, const Vector& gradient, double step) const;
};

/// Where a solver stopped, before anything is proved about it.
struct SolverRun {
  Vector w;
  Vector gradient;
  double value = 0;
  std::size_t iterations = 0;
  Verdict ended = Verdict::completed;  ///< `completed`: its own rule was met
  /// gᵀH⁻¹g at w with the assembled Hessian, and trace(H⁻¹), if the solver has them; else negative.
  double decrement2 = -1;
  double inverse_trace = -1;
  double assembled_decrement2 = 0;  ///< gᵀH⁻¹g where H was assembled, if w has moved since
  double condition = -1;
  double normal_condition = 1;  ///< of the scaled Hessian, where it was factored
  bool singular = false;        ///< the Hessian could be factored only with a little added to its diagonal
};

}  // namespace plumbline
