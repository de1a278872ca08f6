#pragma once

#include <cstddef>
#include <optional>

#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/solvers/monitor.hpp"

namespace plumbline {

/// Losses with one kink, straight on both sides.
enum class KinkedLoss { absolute, quantile, hinge };

/// f(w) = (1/Σs) Σ_i s_i l(y_i, eta_i) + (l2/2) Σ_j factor_j w̃_j², as EmpiricalRisk has it with AbsoluteLoss,
/// QuantileLoss or HingeLoss (y in {0, 1}).
struct InteriorPointProblem {
  KinkedLoss loss = KinkedLoss::absolute;
  double quantile = 0.5;  ///< of KinkedLoss::quantile, in (0, 1)
  double l2 = 0;
  double weight_sum = 0;  ///< Σs > 0
};

struct InteriorPointOptions {
  std::size_t max_iterations = 100;

  void validate() const;
};

struct InteriorPointRun {
  /// run.gradient is Σ s u x̃/Σs + penalty, u the slopes of the dual solution: the smallest subgradient, next to 0.
  SolverRun run;
  /// f(w) − min f is at most this: weak duality at slopes u inside their bounds, which moved by less than their
  /// distance to the bounds satisfy the dual's equations exactly. None where no such u was found.
  std::optional<double> gap;
};

/// Minimises f by an interior point method for the linear (l2 = 0) or quadratic program that it is: Mehrotra's
/// predictor-corrector on bounded dual variables (Portnoy and Koenker 1997, "The Gaussian hare and the Laplacian
/// tortoise"), the penalty added to the normal matrix. Ends `completed` where the gap is within the monitor's bound
/// (null_value must be set), else `iteration_limit` or, where rounding stops it, `precision_limit`. What the last
/// iterations leave is settled on the rows found to lie on their kinks. Columns that depend on each other are no
/// obstacle: steps along them are kept small.
/// Some 10 to 40 iterations; each looks at X three times and takes n·d² + d³/3 flops. 56·n bytes and 4·d². The same
/// bits for any threads and block size. Throws Cancelled.
InteriorPointRun solve_by_interior_point(RowSource& source, const Coordinates& at, const InteriorPointProblem& problem,
                                         const InteriorPointOptions& options, const Monitor& monitor);

}  // namespace plumbline
