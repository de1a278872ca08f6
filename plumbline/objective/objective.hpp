#pragma once

#include <vector>

#include "plumbline/core/math.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A function of one real variable and its slope there.
struct LinePoint {
  double value = 0;
  double slope = 0;
};

/// A function to be minimised, seen one pass at a time. Evaluations may use what an earlier one left behind for the
/// same weights, and never anything else.
class Objective {
 public:
  Objective() = default;
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;
  virtual ~Objective() = default;

  virtual Eigen::Index dimension() const = 0;
  virtual double value_gradient(const Vector& w, Vector& gradient) = 0;
  /// Value and slope of t ↦ f(from + t (to − from)).
  virtual LinePoint along(const Vector& from, const Vector& to, double t) = 0;
  /// Differences of the value below this are rounding: a few ulp.
  virtual double resolution(double value) const { return 4 * ulp(value); }
  /// An upper bound on f(w) − min f that costs nothing once the gradient at w is there; +∞ if there is none.
  virtual double cheap_gap(const Vector& w, const Vector& gradient) const = 0;
};

/// A symmetric matrix of dimension() rows that is zero outside equal blocks on the diagonal (one block: a full matrix).
struct BlockHessian {
  std::vector<Matrix> blocks;
};

/// An objective whose second derivative is worth assembling.
class TwiceObjective : public Objective {
 public:
  virtual double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) = 0;
};

/// A fixed symmetric positive definite approximation of the Hessian, for L-BFGS to start from.
class Preconditioner {
 public:
  Preconditioner() = default;
  Preconditioner(const Preconditioner&) = delete;
  Preconditioner& operator=(const Preconditioner&) = delete;
  virtual ~Preconditioner() = default;
  /// v ← P⁻¹ v.
  virtual void apply_inverse(Vector& v) const = 0;
};

}  // namespace plumbline
