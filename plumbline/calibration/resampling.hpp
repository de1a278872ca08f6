#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/events.hpp"

namespace plumbline {

/// How often each event stands in each of a few resamples: N = Σ weights (rounded, at least 1) draws with replacement,
/// event i with probability s_i/Σs. Made anew block by block, so that no more than a block of counts stands at once.
/// Resample number r is a function of (seed, r) and the events alone.
class Resampling final {
 public:
  static constexpr std::size_t kLanes = 104;  ///< resamples at once
  static constexpr std::size_t kBlockBits = 9;
  static constexpr std::size_t kBlockRows = std::size_t{1} << kBlockBits;  ///< events of a block
  using Lanes = std::array<double, kLanes>;

  /// Resamples first … first + lanes − 1, lanes <= kLanes. `events` must outlive this. O(lanes · N).
  Resampling(const Events& events, std::uint64_t seed, std::size_t first, std::size_t lanes = kLanes);

  std::uint64_t draws() const { return draws_; }
  std::size_t blocks() const { return (events_.size() + kBlockRows - 1) / kBlockRows; }

  /// counts[i · kLanes + lane] for the events of block b, 0 in lanes beyond; in any order of b. O(lanes · its draws).
  void counts(std::size_t b, std::vector<std::int32_t>& counts) const;

 private:
  std::uint64_t key_of(std::uint64_t stream) const;
  std::size_t event_at(std::uint64_t bits, std::size_t begin, std::size_t end) const;

  const Events& events_;
  std::uint64_t seed_;
  std::size_t first_, lanes_;
  std::uint64_t draws_;
  std::vector<double> cumulative_;          ///< with weights: (n + 1)
  std::vector<std::uint64_t> block_draws_;  ///< (blocks, kLanes)
};

}  // namespace plumbline
