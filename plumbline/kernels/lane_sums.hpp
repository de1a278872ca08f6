#pragma once

#include <cstddef>

namespace plumbline {

/// Lanes are padded to a multiple of this many doubles.
inline constexpr std::size_t kLaneMultiple = 8;

/// Where one figure of an event is added, as often as the event counts in each lane.
struct LaneTarget {
  double* sum = nullptr;  ///< (lanes)
  double factor = 0;
};

/// sum[l] += factor · count[l] for l < lanes and every target: one event into the sums of many resamples at once. lanes
/// a multiple of kLaneMultiple; no target twice; no alignment assumed.
void add_to_lanes(const double* count, std::size_t lanes, const LaneTarget* targets, std::size_t number);

}  // namespace plumbline
