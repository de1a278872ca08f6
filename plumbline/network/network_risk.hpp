#pragma once

#include "plumbline/core/progress.hpp"
#include "plumbline/network/network_gradient.hpp"
#include "plumbline/objective/objective.hpp"

namespace plumbline {

/// The empirical risk of a network with its penalty, in double precision, for solvers that see all rows:
///
///   f(w) = (1/Σs) Σ_i s_i l(y_i, eta_w(x̃_i)) + (l2/2) Σ W²                                  (design.md §1)
///
/// w holds the parameters as Architecture lays them out; biases and prelu slopes are not in the penalty. Rows go
/// through in chunks of a fixed size, one after the other, each with plumbline's threads inside: the same bits for any
/// threads and block size. Not convex unless there is nothing but identity between the layers, and not even then in w.
class NetworkRisk final : public Objective {
 public:
  /// `rows` must outlive the risk; some row weighs something.
  NetworkRisk(const RowBatches& rows, const Architecture& architecture, const Loss& loss, double l2);
  /// Chunks ask `progress` whether to stop (Cancelled); it must outlive the risk.
  void listen_to(Progress& progress) { progress_ = &progress; }

  Eigen::Index dimension() const override { return static_cast<Eigen::Index>(gradient_.parameters()); }
  double value_gradient(const Vector& w, Vector& gradient) override;
  LinePoint along(const Vector& from, const Vector& to, double t) override;
  /// Sums over rows round differently in every layer: more ulp than for a linear model.
  double resolution(double value) const override { return 64 * ulp(value); }
  double cheap_gap(const Vector& w, const Vector& gradient) const override;

  /// product ← ∇²f(w)·v, forward over reverse: no Hessian is assembled. About three gradients.
  void hessian_vector(const Vector& w, const Vector& v, Vector& product);
  /// eta (n, K) of the rows of positive weight, row-major.
  std::vector<double> predictors(const Vector& w);

 private:
  template <class Work>
  void for_each_chunk(const Work& work);
  double penalty(const Vector& w) const;

  const RowBatches& rows_;
  std::vector<Layer> layers_;
  double l2_;
  NetworkGradient<double> gradient_;
  NetworkGradient<autodiff::Dual<double>> curvature_;
  Progress* progress_ = &silent_progress();
  Batch<double> batch_;
  // The last evaluation and the weights it belongs to: a line search and the step it leads to ask for the same.
  Vector at_, gradient_at_;
  double value_at_ = 0;
};

}  // namespace plumbline
