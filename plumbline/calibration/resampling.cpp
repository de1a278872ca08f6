#include "plumbline/calibration/resampling.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/random.hpp"

namespace plumbline {

// In two stages: how many draws fall into each block, and then, with other random numbers, where in the block. That is
// the multinomial distribution, but needs no array of n counts for each resample.

Resampling::Resampling(const Events& events, std::uint64_t seed, std::size_t first)
    : events_(events),
      seed_(seed),
      first_(first),
      draws_(static_cast<std::uint64_t>(std::fmax(std::round(events.total), 1.0))),
      block_draws_(blocks() * kLanes) {
  if (!events.weight.empty()) {
    cumulative_.push_back(0);
    for (const double weight : events.weight) cumulative_.push_back(cumulative_.back() + weight);
  }
  const double whole = cumulative_.empty() ? static_cast<double>(events.size()) : cumulative_.back();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint64_t stream = 2 * (first_ + lane);
    for (std::uint64_t j = 0; j < draws_; ++j) ++block_draws_[draw(stream, j, 0, whole) / kBlockRows * kLanes + lane];
  }
}

/// The event that holds a uniform draw between two places on the line of cumulative weights.
std::size_t Resampling::draw(std::uint64_t stream, std::uint64_t index, double from, double to) const {
  const double place = from + random_unit(seed_, stream, index) * (to - from);
  if (cumulative_.empty()) {
    const double last = to - 1;  // rounding may carry the sum to its end
    return static_cast<std::size_t>(place < last ? place : last);
  }
  const auto after =
      std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, std::fmin(place, std::nextafter(to, from)));
  return static_cast<std::size_t>(after - cumulative_.begin()) - 1;
}

void Resampling::counts(std::size_t b, std::vector<std::int32_t>& counts) const {
  const std::size_t begin = b * kBlockRows, end = std::min(events_.size(), begin + kBlockRows);
  counts.assign((end - begin) * kLanes, 0);
  const double from = cumulative_.empty() ? static_cast<double>(begin) : cumulative_[begin];
  const double to = cumulative_.empty() ? static_cast<double>(end) : cumulative_[end];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint64_t stream = 2 * (first_ + lane) + 1;
    const std::uint64_t count = block_draws_[b * kLanes + lane];
    // The place of a draw in its stream: no two blocks share one as long as none has more than 2^32 draws.
    const std::uint64_t offset = static_cast<std::uint64_t>(b) << 32U;
    for (std::uint64_t j = 0; j < count; ++j) {
      ++counts[(draw(stream, offset + j, from, to) - begin) * kLanes + lane];
    }
  }
}

}  // namespace plumbline
