#pragma once

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// ∇²f(w)·v for an empirical risk f with its penalty, without assembling the Hessian:
///
///   ∇²f(w) v = (1/Σs) X̃ᵀ [s_i ∂²l(y_i, eta_i)] X̃ v + l2·diag(factor) v
///
/// One pass over X a product, 4·n·d·K flops. What the curvature needs is kept in an (n, K) table that belongs to w: the
/// curvatures themselves where outputs do not mix, else the linear predictors, from which the K × K curvatures are made
/// again tile by tile. The first product at a new w makes the table in the same pass. The same bits for any threads and
/// block size. Where a loss has a kink in its slope (Huber, squared hinge) the curvature is that of either side.
class HessianVector final {
 public:
  /// `risk` must outlive this.
  explicit HessianVector(EmpiricalRisk& risk);
  /// Passes ask `progress` whether to stop (Cancelled); it must outlive this.
  void listen_to(Progress& progress) { progress_ = &progress; }

  /// product ← ∇²f(w) v.
  void multiply(const Vector& w, const Vector& v, Vector& product);

 private:
  EmpiricalRisk& risk_;
  Progress* progress_ = &silent_progress();
  Vector w_;              ///< that the table belongs to
  bool known_ = false;    ///< whether there is such a w
  Buffer<double> table_;  ///< (n, K)
};

}  // namespace plumbline
