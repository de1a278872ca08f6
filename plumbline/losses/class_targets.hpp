#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "plumbline/losses/class_rows.hpp"

namespace plumbline {

// What the loss functions for library users (cross_entropy, nll, binary_cross_entropy…) share: the target, what is done
// with the losses of the rows, and what comes back. All of them are
//
//   l_i = Σ_k w_k q_ik c_ik,
//
// c_ik the cost of class k (its −log p, or 1 for a wrong prediction), q_ik the target, w_k the weight of the class.
// A class with q_ik = 0 or w_k = 0 adds 0, also where c_ik = ∞ (0 log 0 = 0).

/// The true class of each row, (n) indices below m; or its distribution over the classes, (n, m), each row in the
/// simplex (sum 1 within 1e-4): one-hot rows, which mean the same as the index, or soft ones.
using ClassTargets = std::variant<std::span<const std::size_t>, ClassRows>;

/// none: the n losses of the rows. sum: Σ_i l_i. mean: Σ_i l_i / Σ_i Σ_k w_k q_ik, over the class weights that were
/// used, so that with weights of 1 it is the mean over rows and doubling all weights changes nothing.
enum class Reduction { none, mean, sum };

struct ClassLossOptions {
  Reduction reduction = Reduction::mean;
  std::span<const double> class_weights;  ///< (m), finite, >= 0; empty: all 1
  /// E in [0, 1]: the target becomes (1 − E)·q + E/m, m = 2 for the binary losses. Applied before weights.
  double label_smoothing = 0;
};

/// n losses with Reduction::none, else one.
struct LossValues {
  std::vector<double> values;
  /// The only one. Throws std::invalid_argument if there are several, or none.
  double value() const;
};

}  // namespace plumbline
