#pragma once

#include <functional>
#include <span>

#include "plumbline/losses/class_targets.hpp"

namespace plumbline {

/// The shape of the predictions, and which public function asks, for messages.
struct CostShape {
  const char* function;
  std::size_t rows = 0, classes = 0;
};

/// Writes the costs of the m classes of row i, divided by 2^exponent. The exponent is 0, and above it where the loss of
/// the row came out infinite: a cost beyond the largest double may well be brought back by its weight.
using RowCosts = std::function<void(std::size_t i, int exponent, std::span<double> costs)>;

/// The sums of class_targets.hpp. Infinite only where a cost is or where the exact result exceeds the largest double:
/// a mean of losses whose sum exceeds it is finite. Throws std::invalid_argument for shapes that do not agree, targets
/// out of range, class weights that are negative or not finite, smoothing outside [0, 1], and for a mean without rows
/// or with weights that add up to 0. O(n·m).
LossValues reduce_costs(const CostShape& shape, const RowCosts& costs, const ClassTargets& targets,
                        const ClassLossOptions& options);

/// Throws std::invalid_argument unless every cell is in [0, 1] (NaN is not) and every row sums to 1 within 1e-4.
void require_simplex(const ClassRows& rows, const char* function, const char* argument);

}  // namespace plumbline
