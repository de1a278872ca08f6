#pragma once

#include <cstddef>

#include "plumbline/calibration/class_outputs.hpp"

namespace plumbline {

/// Rows a tile of calibration's passes has: logits of 1,000 classes in doubles still fit L2.
inline constexpr std::size_t kLogitTileRows = 128;

/// Rows that one piece of work covers: a fixed number, so that sums over pieces do not depend on threads.
inline constexpr std::size_t kLogitPieceRows = 4096;

/// The logits of rows [begin, begin + count) in double, (count, m): as stored, or the logarithms of the probabilities.
void load_logits(const ClassOutputs& outputs, std::size_t begin, std::size_t count, double* logits);

/// The logit of one cell.
double logit_at(const ClassOutputs& outputs, std::size_t row, std::size_t k);

/// Σs, n without weights.
double total_weight(const ClassOutputs& outputs);

inline double weight_at(const ClassOutputs& outputs, std::size_t i) {
  return outputs.weight == nullptr ? 1 : outputs.weight[i];
}

/// Throws std::invalid_argument naming `function` unless there are two or more classes, labels within them, and rows
/// whose finite, non-negative weights do not all vanish.
void check_outputs(const ClassOutputs& outputs, const char* function);

}  // namespace plumbline
