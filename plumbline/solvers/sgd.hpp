#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/objective/batch_gradient.hpp"
#include "plumbline/objective/objective.hpp"
#include "plumbline/solvers/monitor.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

struct SgdOptions {
  bool adaptive = false;  ///< Adam (Kingma and Ba 2015) instead of a plain step
  std::size_t epochs = 20;
  std::size_t batch_size = 32;  ///< rows a step; the last batch of an epoch may be shorter
  double step_size = 0.01;      ///< η
  double momentum = 0;          ///< λ, in [0, 1); adam's β₁
  Schedule schedule = Schedule::constant;
  std::uint64_t seed = 0;

  void validate() const;
  /// Adam's own defaults: β₁ 0.9, a cosine schedule.
  static SgdOptions adam();
};

/// η_t of step t of `steps` in all:
/// constant η; step η, η/10, η/100 in the first, second and last third; cosine ½η(1 + cos(πt/steps)) (Loshchilov and
/// Hutter 2017, without restarts).
double step_at(const SgdOptions& options, std::size_t t, std::size_t steps);

/// Stochastic gradient descent (subject N5.3): every epoch shuffles the rows, cuts them into batches, and for each
/// batch B takes
///
///   g ← −η_t ∇f_B(w) + λ g,  w ← w + g,
///
/// or, adaptive, m ← β₁m + (1 − β₁)∇f_B, v ← β₂v + (1 − β₂)(∇f_B)², w ← w − η_t m̂/(√v̂ + ε), m̂ and v̂ corrected for
/// their start at 0, β₂ = 0.999, ε = 1e-8.
/// ∇f_B as BatchGradient has it. The shuffle of an epoch is a function of (seed, epoch) over the numbers of the
/// rows that weigh anything: neither threads nor blocks nor rows of weight 0 change a bit. With a constant step the
/// weights end up going about the optimum at a distance that η sets; a decreasing schedule lets them settle. Ends
/// `completed` after the planned epochs, `non_finite` where it diverged (see Walk::finish). One epoch is one iteration,
/// and costs a pass in batches and a pass that says where f stands. Throws Cancelled.
SolverRun minimise_by_sgd(Objective& f, BatchGradient& batches, const Vector& start, const SgdOptions& options,
                          const Monitor& monitor);

}  // namespace plumbline
