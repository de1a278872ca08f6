#pragma once

#include <cstddef>
#include <utility>
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

/// What there is to know of a loss beside its formula.
struct LossTraits {
  bool quadratic = false;  ///< ½(eta − y)² of one output: solved in one go
  bool piecewise = false;  ///< quadratic between kinks of its slope (or everywhere)
  bool convex = true;      ///< in eta
  bool smooth = true;      ///< once differentiable, with a curvature almost everywhere
  bool non_negative = true;
  bool classification = false;  ///< eta tells classes apart, so that margins mean something
};

/// Pairs (k, k) of outputs that do not mix.
OutputPairs separate_outputs(std::size_t outputs);
/// All pairs a <= b.
OutputPairs mixed_outputs(std::size_t outputs);

}  // namespace plumbline
