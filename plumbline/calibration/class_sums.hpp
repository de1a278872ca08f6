#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/brier_parts.hpp"
#include "plumbline/calibration/probability_rows.hpp"
#include "plumbline/calibration/reliability.hpp"
#include "plumbline/core/buffer.hpp"

namespace plumbline {

/// What one pass over a classifier's outputs leaves.
struct ClassSums {
  double weight = 0;                ///< Σ s
  double surprise = 0;              ///< −Σ s log p of the true class
  double squares = 0;               ///< Σ s Σ_k (p_k − [y = k])²
  std::vector<MomentBins> classes;  ///< (m): p_k against [y = k], in bins of equal width

  Buffer<double> confidence;     ///< (n): the largest p of each row
  Buffer<std::uint8_t> correct;  ///< (n): whether it is the true class's
};

/// One pass in parallel, the same bits for any number of threads. Throws std::invalid_argument unless m >= 2, n >= 1,
/// bins >= 1 and every label < m. O(n · m); beside the result 64 · m · bins partial sums at most.
ClassSums sum_classes(const ProbabilityRows& rows, std::size_t bins);

/// The mean over classes of the ECE of p_k against [y = k] (classwise ECE, Kull et al. 2019).
double classwise_error(const std::vector<MomentBins>& classes);

}  // namespace plumbline
