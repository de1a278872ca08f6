#pragma once

#include "plumbline/losses/loss_tile.hpp"

namespace plumbline {

// Losses of classes: a target of two classes is 0 or 1, one of m classes an index. Where there is one output, z = 2y −
// 1 and u = z·eta is the margin (N3.2). Never NaN for finite eta; infinite only where the exact value exceeds the
// largest double. mean_curvature as for the losses of numbers.

/// l = Σ_k log(1 + exp(eta_k)) − y_k eta_k, y_k in {0, 1}: binary cross-entropy from logits (E.4.19) summed over the K
/// labels; K = 1 is binary logistic regression, K > 1 multilabel. Likelihood: independent Bernoulli. Gradient σ(eta) −
/// y, curvature σ(eta)(1 − σ(eta)), each to full relative accuracy at any finite eta (value and gradient of a
/// well-classified row do not cancel to 0). Smoothing E in [0, 1) replaces y by (1 − E)y + E/2.
struct LogisticLoss {
  static constexpr LossTraits kTraits{false, false, true, true, true, true};
  std::size_t labels = 1;
  double smoothing = 0;
  std::size_t outputs() const { return labels; }
  OutputPairs curvature_blocks() const { return separate_outputs(labels); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// l = log Σ_k exp(eta_k) − eta_y, y a class index (E.4.17–E.4.18). Likelihood: categorical. Gradient softmax(eta) −
/// onehot(y), curvature p_a([a = b] − p_b). Smoothing E in [0, 1) replaces the one-hot target by (1 − E)·onehot + E/m.
struct SoftmaxLoss {
  static constexpr LossTraits kTraits{false, false, true, true, true, true};
  std::size_t classes = 2;
  double smoothing = 0;
  std::size_t outputs() const { return classes; }
  OutputPairs curvature_blocks() const { return mixed_outputs(classes); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// Bernoulli with p = Φ(eta) (E.4.20): l = −log Φ(u). With λ = φ(u)/Φ(u): dl/du = −λ, d²l/du² = λ(λ + u), in log space
/// and by Mills' ratio where Φ is small.
struct ProbitLoss {
  static constexpr LossTraits kTraits{false, false, true, true, true, true};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// Bernoulli with p = 1 − exp(−exp(eta)), complementary log-log (E.4.20): with μ = exp(eta), l = μ for y = 0 and
/// −log(1 − exp(−μ)) for y = 1.
struct CloglogLoss {
  static constexpr LossTraits kTraits{false, false, true, true, true, true};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// max(0, 1 − u) (N3.2). Subgradient −z where u < 1, else 0; no curvature, no probabilities.
struct HingeLoss {
  static constexpr LossTraits kTraits{false, false, true, false, true, true};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// max(0, 1 − u)², without ½. Gradient −2z max(0, 1 − u), curvature 2 or 0; no probabilities.
struct SquaredHingeLoss {
  static constexpr LossTraits kTraits{false, true, true, true, true, true};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// −(1 − q)^γ log q, q the probability of the true class by σ (outputs 1) or softmax (outputs m); γ >= 0, γ = 0 is
/// cross-entropy (§4.3.4; Lin et al. 2017). Not convex for γ > 0.
struct FocalLoss {
  static constexpr LossTraits kTraits{false, false, false, true, true, true};
  double gamma = 2;
  std::size_t classes = 1;  ///< outputs: 1 for two classes behind σ, or m
  std::size_t outputs() const { return classes; }
  OutputPairs curvature_blocks() const { return mixed_outputs(classes); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// Σ_k (p_k − [y = k])², p by softmax (outputs m), or by σ with both classes summed, 2(p − y)² (outputs 1). Between 0
/// and 2; not convex (§4.2).
struct BrierLoss {
  static constexpr LossTraits kTraits{false, false, false, true, true, true};
  std::size_t classes = 1;  ///< outputs: 1 for two classes behind σ, or m
  std::size_t outputs() const { return classes; }
  OutputPairs curvature_blocks() const { return mixed_outputs(classes); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// ½(σ(eta) − y)² (L): its gradient (σ − y)σ(1 − σ) dies where a row is confidently wrong. Not convex.
struct SquaredOnSigmoidLoss {
  static constexpr LossTraits kTraits{false, false, false, true, true, true};
  std::size_t outputs() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// ½ Σ_k (eta_k − [y = k])²: least squares on the one-hot targets (§4.2). Gradient eta − onehot(y), curvature 1.
struct OneHotSquaredLoss {
  static constexpr LossTraits kTraits{false, true, true, true, true, true};
  std::size_t classes = 2;
  std::size_t outputs() const { return classes; }
  OutputPairs curvature_blocks() const { return separate_outputs(classes); }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

}  // namespace plumbline
