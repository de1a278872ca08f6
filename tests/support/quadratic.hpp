#pragma once

#include <limits>
#include <utility>

#include "plumbline/objective/objective.hpp"

namespace plumbline::testing {

/// f(w) = ½ Σ h_j w_j²: its minimum is 0 at 0, and h its curvatures (of any sign).
class Quadratic final : public TwiceObjective {
 public:
  explicit Quadratic(Vector curvatures) : curvatures_(std::move(curvatures)) {}

  Eigen::Index dimension() const override { return curvatures_.size(); }
  double value_gradient(const Vector& w, Vector& gradient) override {
    gradient = curvatures_.cwiseProduct(w);
    return 0.5 * w.dot(gradient);
  }
  double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) override {
    hessian.blocks = {Matrix(curvatures_.asDiagonal())};
    return value_gradient(w, gradient);
  }
  LinePoint along(const Vector& from, const Vector& to, double t) override {
    Vector gradient;
    const double value = value_gradient(from + t * (to - from), gradient);
    return {value, gradient.dot(to - from)};
  }
  double cheap_gap(const Vector&, const Vector&) const override { return std::numeric_limits<double>::infinity(); }

 private:
  Vector curvatures_;
};

}  // namespace plumbline::testing
