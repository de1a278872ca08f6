#include "plumbline/calibration/resampling.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/random.hpp"

namespace plumbline {

// In two stages: how many draws fall into each block, and then, with other random numbers, where in the block. That is
// the multinomial distribution, but needs no array of n counts for each resample.

Resampling::Resampling(const Events& events, std::uint64_t seed, std::size_t first, std::size_t lanes)
    : events_(events),
      seed_(seed),
      first_(first),
      lanes_(std::min(lanes, kLanes)),
      draws_(static_cast<std::uint64_t>(std::fmax(std::round(events.total), 1.0))),
      block_draws_(blocks() * kLanes) {
  if (!events.weight.empty()) {
    cumulative_.push_back(0);
    for (const double weight : events.weight) cumulative_.push_back(cumulative_.back() + weight);
  }
  std::vector<std::uint64_t> in_block(blocks());
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    const std::uint64_t key = key_of(2 * (first_ + lane));
    std::fill(in_block.begin(), in_block.end(), 0);
    if (cumulative_.empty()) {
      // Half a hash a draw: 2^32 values over the blocks are even to n/2^41.
      const std::uint64_t n = events.size();
      std::uint64_t bits = 0;
      for (std::uint64_t j = 0; j < draws_; ++j, bits >>= 32U) {
        if (j % 2 == 0) bits = mix(key ^ j);
        ++in_block[((bits & 0xFFFFFFFFU) * n >> 32U) >> kBlockBits];
      }
    } else {
      for (std::uint64_t j = 0; j < draws_; ++j) ++in_block[event_at(mix(key ^ j), 0, events.size()) >> kBlockBits];
    }
    for (std::size_t b = 0; b < blocks(); ++b) block_draws_[b * kLanes + lane] = in_block[b];
  }
}

std::uint64_t Resampling::key_of(std::uint64_t stream) const { return mix(mix(seed_) ^ stream); }

/// The event that 64 random bits draw out of begin … end − 1: uniformly, or by weight.
std::size_t Resampling::event_at(std::uint64_t bits, std::size_t begin, std::size_t end) const {
  // By way of signed integers, whose conversion is one instruction.
  const double unit = static_cast<double>(static_cast<std::int64_t>(bits >> 11U)) * 0x1.0p-53;
  if (cumulative_.empty()) {
    const auto place = static_cast<std::int64_t>(unit * static_cast<double>(static_cast<std::int64_t>(end - begin)));
    return begin + static_cast<std::size_t>(place);
  }
  const double place = cumulative_[begin] + unit * (cumulative_[end] - cumulative_[begin]);
  const auto first = cumulative_.begin() + static_cast<std::ptrdiff_t>(begin) + 1;
  const auto last = cumulative_.begin() + static_cast<std::ptrdiff_t>(end);  // rounding may carry the place to the end
  return static_cast<std::size_t>(std::upper_bound(first, last, place) - first) + begin;
}

void Resampling::counts(std::size_t b, std::vector<std::int32_t>& counts) const {
  const std::size_t begin = b * kBlockRows, end = std::min(events_.size(), begin + kBlockRows);
  counts.assign((end - begin) * kLanes, 0);
  const bool even = cumulative_.empty() && end - begin == kBlockRows;
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    const std::uint64_t key = key_of(2 * (first_ + lane) + 1);
    const std::uint64_t draws = block_draws_[b * kLanes + lane];
    // The place of a draw in its stream: no two blocks share one as long as none has more than 2^32 draws.
    const std::uint64_t offset = static_cast<std::uint64_t>(b) << 32U;
    if (even) {
      // Nine bits say where in a whole block: seven draws from one hash.
      std::uint64_t bits = 0;
      for (std::uint64_t j = 0; j < draws; ++j, bits >>= kBlockBits) {
        if (j % (64 / kBlockBits) == 0) bits = mix(key ^ (offset + j));
        ++counts[(bits % kBlockRows) * kLanes + lane];
      }
      continue;
    }
    for (std::uint64_t j = 0; j < draws; ++j) {
      ++counts[(event_at(mix(key ^ (offset + j)), begin, end) - begin) * kLanes + lane];
    }
  }
}

}  // namespace plumbline
