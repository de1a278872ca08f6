#pragma once

#include "plumbline/losses/loss_tile.hpp"

namespace plumbline {

// Losses of numbers: y (rows) real, any finite eta. Never NaN; infinite only where the exact value exceeds the largest
// double. O(rows) each. mean_curvature: the trace of the curvature of each row over the number of its free outputs,
// made positive where the loss is not convex.

/// l = ½(eta − y)² (E.4.1 with the ½ of design.md §1). Likelihood: Gaussian with constant variance. Gradient eta − y,
/// curvature 1.
struct SquaredLoss {
  static constexpr LossTraits kTraits{true, true, true, true, true, false};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// l = |eta − y| (F.4.1), whose minimum over a constant is the median: twice the pinball loss at level ½. Likelihood:
/// Laplace. Subgradient sign(eta − y), 0 at the kink; no curvature.
struct AbsoluteLoss {
  static constexpr LossTraits kTraits{false, false, true, false, true, false};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// Pinball loss (Koenker and Bassett 1978): with e = y − eta, l = q·e for e >= 0, (q − 1)·e below; q in (0, 1). Its
/// minimum over a constant is the q-quantile. Subgradient −q where e > 0, 1 − q where e < 0, 0 at the kink.
struct QuantileLoss {
  static constexpr LossTraits kTraits{false, false, true, false, true, false};
  double quantile = 0.5;
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// With e = eta − y: ½e² for |e| <= δ, δ(|e| − ½δ) beyond (E.4.3 at any δ > 0, in units of y). Gradient e cut to
/// [−δ, δ], curvature 1 or 0.
struct HuberLoss {
  static constexpr LossTraits kTraits{false, true, true, true, true, false};
  double delta = 1;
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// −log of the Gaussian density with a given σ > 0 (E.4.2): log σ + ½ log 2π + (eta − y)²/(2σ²). Gradient
/// (eta − y)/σ², curvature 1/σ². Negative for small σ.
struct GaussianLoss {
  static constexpr LossTraits kTraits{false, true, true, true, false, false};
  double sigma = 1;
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// The same where σ is predicted too (E.4.9, heteroscedastic): eta = (mean, v = log σ²), l = ½ log 2π + ½v +
/// ½(mean − y)² exp(−v). Not convex.
struct HeteroscedasticLoss {
  static constexpr LossTraits kTraits{false, false, false, true, false, false};
  std::size_t outputs() const { return 2; }
  OutputPairs curvature_blocks() const { return mixed_outputs(2); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

}  // namespace plumbline
