#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/losses/loss.hpp"
#include "plumbline/objective/objective.hpp"

namespace plumbline {

/// The empirical risk of a linear model with its penalty, in solver coordinates x̃:
///
///   f(w) = (1/Σs) Σ_i s_i l(y_i, W̃ᵀx̃_i + b) + (l2/2) Σ_jk factor_j W̃_jk²          (design.md §1)
///
/// w holds the K outputs one after the other, each d = p (+ 1) long, its intercept last: w[k·d + j]. The intercept is
/// not penalised. A pass reads X once, in parallel, and gives the same bits for any threads and block size. Two (n, K)
/// tables of linear predictors are kept, keyed by the weights they belong to, so that line searches do not touch X.
class EmpiricalRisk final : public TwiceObjective {
 public:
  /// `source` must outlive the risk. weight_sum = Σs > 0.
  EmpiricalRisk(RowSource& source, Coordinates coordinates, Loss loss, double l2, double weight_sum);
  /// Passes ask `progress` whether to stop (Cancelled); it must outlive the risk.
  void listen_to(Progress& progress) { progress_ = &progress; }

  Eigen::Index dimension() const override { return static_cast<Eigen::Index>(outputs_ * width_); }
  double value_gradient(const Vector& w, Vector& gradient) override;
  double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) override;
  LinePoint along(const Vector& from, const Vector& to, double t) override;
  /// Strong convexity (l2 > 0, convex losses): Σ g_j²/(2 l2 factor_j) over the penalised coordinates bounds f(w) − min
  /// f where the intercept is at its minimum; what is missing there is bounded by intercept_gap(). +∞ with an intercept
  /// where the loss has kinks.
  double cheap_gap(const Vector& w, const Vector& gradient) const override;

  /// The best w with all coefficients 0 (the intercept-only model); 0 without an intercept.
  Vector null_model();
  /// The best K intercepts with w's coefficients as they are (not convex: better ones), from the cached predictors,
  /// without reading X. Returns the new w.
  Vector minimise_intercept(const Vector& w);
  /// An upper bound on what moving the intercepts alone could still gain at w, from the cached predictors; +∞ if there
  /// is none.
  double intercept_gap(const Vector& w);
  /// The part of w that is in the penalty: ½ l2 Σ factor w².
  double penalty(const Vector& w) const;
  /// The smallest y-margin over the rows at w, from the cached predictors: eta_y − max of the others (softmax, one
  /// number), ±eta (logistic, one for each label). +∞ for regression. Positive: w separates the classes (of that
  /// label).
  std::vector<double> smallest_margins(const Vector& w);
  /// Logistic: the labels that are the same in every row of positive weight. One look at the targets.
  std::vector<std::size_t> constant_labels();
  /// Logistic: whether label k is 1 in the first row of positive weight.
  bool label_of_first_row(std::size_t k);
  /// The largest ‖x̃_i‖² (with the 1 of the intercept), an upper bound for sparse rows. One pass over X, once.
  double largest_row_norm2();
  /// One Cholesky of X̃ᵀ diag(s c) X̃/Σs + l2·diag(factor), shared by all outputs, c_i the mean curvature of row i over
  /// the outputs at w: for one output the Hessian itself, for softmax its average over the classes. n·d² + d³/3 flops,
  /// d² memory.
  std::unique_ptr<Preconditioner> mean_curvature_preconditioner(const Vector& w);

  const Coordinates& coordinates() const { return coordinates_; }
  const Loss& loss() const { return loss_; }
  double l2() const { return l2_; }
  double weight_sum() const { return weight_sum_; }
  std::size_t outputs() const { return outputs_; }
  std::size_t width() const { return width_; }  ///< d
  RowSource& source() { return source_; }
  const LossTraits& traits() const { return traits_; }
  bool is_quadratic() const { return traits_.quadratic; }
  /// Whether one shift of all outputs changes nothing: p comes from softmax.
  bool is_shift_invariant() const { return shift_invariant_; }
  /// Whether classes that can be told apart send the optimum to infinity: p is a function of eta that never reaches 1,
  /// and no smoothing of the targets holds it back.
  bool runs_to_infinity() const;
  /// The predictors at w, (n, K); valid until the next pass.
  const double* predictors(const Vector& w) { return eta_at(w).eta.data(); }

 private:
  struct Cache {
    Vector w;
    Buffer<double> eta;
    std::uint64_t used = 0;
    bool valid = false;
  };

  /// The mean loss as a function of one shift for each output, at cached predictors.
  struct InterceptPoint {
    double value = 0;
    Vector gradient;   ///< (K)
    Matrix curvature;  ///< (K, K)
  };
  InterceptPoint intercept_point(const double* eta, const Vector& shift);
  Vector shift_by_newton(const double* eta);
  Vector shift_by_bracketing(const double* eta);
  Vector shift_by_descent(const double* eta, Vector shift);
  Vector first_intercepts();
  double pass(const Vector& w, Vector* gradient, BlockHessian* hessian);
  Cache& cache_for_writing();
  Cache& eta_at(const Vector& w);
  void add_penalty(const Vector& w, double& value, Vector* gradient, BlockHessian* hessian) const;
  void remember_constant_model(const Vector& w);
  void settle_flat_directions(BlockHessian& hessian) const;

  RowSource& source_;
  Coordinates coordinates_;
  Loss loss_;
  double l2_;
  double weight_sum_;
  LossTraits traits_;
  bool mixed_;  ///< outputs have second derivatives in common: one Hessian for all
  bool shift_invariant_;
  Progress* progress_ = &silent_progress();
  std::size_t outputs_;
  std::size_t width_;
  double largest_row_norm2_ = -1;  ///< not asked for yet
  std::uint64_t clock_ = 0;
  std::array<Cache, 2> caches_;
};

}  // namespace plumbline
