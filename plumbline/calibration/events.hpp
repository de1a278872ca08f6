#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/core/buffer.hpp"

namespace plumbline {

/// n statements "this happens with probability p" and whether it did, in ascending order of p, equal ones in the order
/// in which they came. What calibration is measured on: the top label (p its confidence, happened: it was right), one
/// class of many (p_k, y = k), one label of a multilabel task.
struct Events {
  Buffer<double> probability;     ///< (n) in [0, 1], ascending
  Buffer<std::uint8_t> happened;  ///< (n) 0 or 1
  Buffer<std::uint32_t> row;      ///< (n) where each came from
  Buffer<double> weight;          ///< (n) frequency weights; empty: 1 each
  double total = 0;               ///< Σ weights

  std::size_t size() const { return probability.size(); }
  double weight_at(std::size_t i) const { return weight.empty() ? 1.0 : weight[i]; }
};

/// What events are made of: (n) each; `weight` null: 1 each, else finite and not negative.
struct EventInput {
  const double* probability = nullptr;
  const std::uint8_t* happened = nullptr;
  const double* weight = nullptr;
  std::size_t n = 0;
};

/// Throws std::invalid_argument for a probability outside of [0, 1] or NaN, a weight below 0 or not finite, a total
/// weight of 0, or n not in 1 … 2³². O(n log n), 16 n bytes on the way.
Events sorted_events(const EventInput& input);

}  // namespace plumbline
