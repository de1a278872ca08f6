#pragma once

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

namespace plumbline {

/// What a loss leaves behind for a tile of rows; null outputs are not wanted.
struct LossTile {
  double* value = nullptr;     ///< (rows): l(y, eta)
  double* gradient = nullptr;  ///< (rows, K): ∂l/∂eta
  double* curvature =
      nullptr;  ///< (blocks, rows), block-major: ∂²l/∂eta_a∂eta_b for the pairs (a, b) of curvature_blocks()
};

/// Pairs (a, b), a <= b, of outputs whose second derivative is not identically zero.
using OutputPairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// l = ½(eta − y)² (E.4.1 with the ½ of design.md §1). Likelihood: Gaussian with constant variance. Gradient eta − y,
/// curvature 1.
struct SquaredLoss {
  static constexpr bool is_quadratic = true;
  std::size_t outputs() const { return 1; }
  std::size_t target_width() const { return 1; }
  OutputPairs curvature_blocks() const { return {{0, 0}}; }
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// l = Σ_k log(1 + exp(eta_k)) − y_k eta_k, y_k in {0, 1}: binary cross-entropy from logits (E.4.19) summed over the K
/// labels; K = 1 is binary logistic regression, K > 1 multilabel. Likelihood: independent Bernoulli. Gradient σ(eta) −
/// y, curvature σ(eta)(1 − σ(eta)), each to full relative accuracy at any finite eta (value and gradient of a
/// well-classified row do not cancel to 0).
struct LogisticLoss {
  static constexpr bool is_quadratic = false;
  std::size_t labels = 1;
  std::size_t outputs() const { return labels; }
  std::size_t target_width() const { return labels; }
  OutputPairs curvature_blocks() const;
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

/// l = log Σ_k exp(eta_k) − eta_y, y a class index (E.4.17–E.4.18). Likelihood: categorical. Gradient softmax(eta) −
/// onehot(y), curvature p_a([a = b] − p_b).
struct SoftmaxLoss {
  static constexpr bool is_quadratic = false;
  std::size_t classes = 2;
  std::size_t outputs() const { return classes; }
  std::size_t target_width() const { return 1; }
  OutputPairs curvature_blocks() const;
  void mean_curvature(const double* eta, std::size_t rows, double* mean) const;
  void evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const;
};

// Each loss also gives mean_curvature: for each of `rows` rows the trace of its curvature over the number of free
// outputs (m − 1 for softmax).

/// The losses that linear models are fitted with.
using Loss = std::variant<SquaredLoss, LogisticLoss, SoftmaxLoss>;

}  // namespace plumbline
