#pragma once

#include <Eigen/Core>
#include <Eigen/QR>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

using Real = long double;
using RealVector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
using RealMatrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

inline Real softplus(Real z) { return (z > 0 ? z : 0) + std::log1p(std::exp(-std::fabs(z))); }
inline Real sigmoid_of(Real z) { return 1 / (1 + std::exp(-z)); }

/// One row's loss, as the textbook writes it, in long double: value, gradient and curvature in eta.
struct RowLoss {
  Real value = 0;
  RealVector gradient;
  RealMatrix curvature;
};

inline RowLoss row_loss(const SquaredLoss&, const double* y, const RealVector& eta) {
  const Real residual = eta[0] - y[0];
  return {residual * residual / 2, RealVector::Constant(1, residual), RealMatrix::Ones(1, 1)};
}

inline RowLoss row_loss(const LogisticLoss& loss, const double* y, const RealVector& eta) {
  const auto outputs = static_cast<Eigen::Index>(loss.labels);
  RowLoss row{0, RealVector(outputs), RealMatrix::Zero(outputs, outputs)};
  for (Eigen::Index k = 0; k < outputs; ++k) {
    row.value += softplus(y[k] == 1 ? -eta[k] : eta[k]);
    row.gradient[k] = y[k] == 1 ? -sigmoid_of(-eta[k]) : sigmoid_of(eta[k]);
    row.curvature(k, k) = sigmoid_of(eta[k]) * sigmoid_of(-eta[k]);
  }
  return row;
}

inline RowLoss row_loss(const SoftmaxLoss&, const double* y, const RealVector& eta) {
  const auto truth = static_cast<Eigen::Index>(y[0]);
  const Real top = eta.maxCoeff();
  RealVector p = (eta.array() - top).exp();
  const Real total = p.sum();
  p /= total;
  RowLoss row{top + std::log(total) - eta[truth], p, -p * p.transpose()};
  row.gradient[truth] -= 1;
  row.curvature.diagonal() += p;
  return row;
}

/// Other losses are checked against reference values and differences instead.
template <class OtherLoss>
RowLoss row_loss(const OtherLoss&, const double*, const RealVector&) {
  throw std::logic_error("the oracle knows the squared, logistic and softmax loss only");
}

/// The objective of design.md §1 with the standardised design written out: sums of the textbook formulas over rows in
/// long double. Shares no code with what it checks. Weights are output-major, each output's intercept last.
class Oracle final {
 public:
  Oracle(const Problem& problem, const Coordinates& at, double l2) : problem_(problem), l2_(l2) {
    const auto n = static_cast<Eigen::Index>(problem.rows), p = static_cast<Eigen::Index>(problem.columns);
    x_ = RealMatrix::Ones(n, p + (at.intercept ? 1 : 0));
    factor_ = RealVector::Zero(x_.cols());
    for (Eigen::Index j = 0; j < p; ++j) {
      const auto column = static_cast<std::size_t>(j);
      factor_[j] = at.penalty_factor[column];
      for (Eigen::Index i = 0; i < n; ++i) {
        x_(i, j) =
            (static_cast<Real>(problem.at(static_cast<std::size_t>(i), column)) - at.center[column]) * at.scale[column];
      }
    }
    outputs_ = static_cast<Eigen::Index>(std::visit([](const auto& l) { return l.outputs(); }, problem.loss));
    for (Eigen::Index i = 0; i < n; ++i) weight_sum_ += weight(i);
  }

  const RealMatrix& design() const { return x_; }
  Eigen::Index dimension() const { return outputs_ * x_.cols(); }
  Real weight_sum() const { return weight_sum_; }
  Real weight(Eigen::Index i) const {
    return problem_.weight.empty() ? 1 : problem_.weight[static_cast<std::size_t>(i)];
  }

  Real value(const RealVector& w) const { return evaluate(w, nullptr, nullptr); }
  RealVector gradient(const RealVector& w) const {
    RealVector result;
    (void)evaluate(w, &result, nullptr);
    return result;
  }
  RealMatrix hessian(const RealVector& w) const {
    RealVector unused;
    RealMatrix result;
    (void)evaluate(w, &unused, &result);
    return result;
  }

  /// Damped Newton until nothing moves; flat directions are left alone (minimum-norm steps).
  RealVector minimise(RealVector w) const {
    for (int step = 0; step < 300; ++step) {
      RealVector g;
      RealMatrix h;
      const Real f = evaluate(w, &g, &h);
      Eigen::CompleteOrthogonalDecomposition<RealMatrix> solver;
      solver.setThreshold(1e-16L);
      const RealVector direction = -solver.compute(h).solve(g);
      Real t = 1;
      while (t > 1e-10L && value(w + t * direction) > f + 1e-4L * t * g.dot(direction) + 1e-18L * std::fabs(f)) t /= 2;
      w += t * direction;
      if (-g.dot(direction) < 1e-34L * (1 + std::fabs(f))) break;
    }
    return w;
  }
  RealVector minimise() const { return minimise(RealVector::Zero(dimension())); }

 private:
  Real evaluate(const RealVector& w, RealVector* gradient, RealMatrix* hessian) const {
    const Eigen::Map<const RealMatrix> by_output(w.data(), x_.cols(), outputs_);
    const Eigen::Index d = x_.cols();
    Real sum = 0;
    if (gradient != nullptr) *gradient = RealVector::Zero(dimension());
    if (hessian != nullptr) *hessian = RealMatrix::Zero(dimension(), dimension());
    for (Eigen::Index i = 0; i < x_.rows(); ++i) {
      const RealVector x = x_.row(i), eta = by_output.transpose() * x;
      const double* y = problem_.target.data() + static_cast<std::size_t>(i) * problem_.target_width;
      const RowLoss row = std::visit([&](const auto& l) { return row_loss(l, y, eta); }, problem_.loss);
      const Real s = weight(i) / weight_sum_;
      sum += s * row.value;
      for (Eigen::Index a = 0; gradient != nullptr && a < outputs_; ++a) {
        gradient->segment(a * d, d) += s * row.gradient[a] * x;
        for (Eigen::Index b = 0; hessian != nullptr && b < outputs_; ++b) {
          if (row.curvature(a, b) != 0)
            hessian->block(a * d, b * d, d, d) += s * row.curvature(a, b) * x * x.transpose();
        }
      }
    }
    for (Eigen::Index q = 0; q < dimension(); ++q) {
      const Real strength = static_cast<Real>(l2_) * factor_[q % d];
      sum += strength * w[q] * w[q] / 2;
      if (gradient != nullptr) (*gradient)[q] += strength * w[q];
      if (hessian != nullptr) (*hessian)(q, q) += strength;
    }
    return sum;
  }

  const Problem& problem_;
  double l2_;
  RealMatrix x_;
  RealVector factor_;
  Eigen::Index outputs_ = 1;
  Real weight_sum_ = 0;
};

inline RealVector widened(const Vector& w) { return w.cast<Real>(); }
inline Vector narrowed(const RealVector& w) { return w.cast<double>(); }

/// Central differences. Truncation is h²/6 |f'''|, rounding 1e-19·|f|/h: at h = 1e-6 about 1e-12 in all.
template <class Function>
RealVector central_difference(const Function& value, const RealVector& w, Real h = 1e-6L) {
  RealVector result(w.size());
  for (Eigen::Index q = 0; q < w.size(); ++q) {
    RealVector up = w, down = w;
    up[q] += h;
    down[q] -= h;
    result[q] = (value(up) - value(down)) / (2 * h);
  }
  return result;
}

}  // namespace plumbline::testing
