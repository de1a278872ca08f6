#include "plumbline/calibration/events.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

constexpr const char* kFunction = "sorted_events";

struct Placed {
  double probability;
  std::uint32_t row;
};

void check(const EventInput& input) {
  constexpr std::size_t kMostEvents = std::numeric_limits<std::uint32_t>::max();
  require(input.n >= 1 && input.n <= kMostEvents, kFunction, "n", "between 1 and 2^32 - 1");
  for (std::size_t i = 0; i < input.n; ++i) {
    require(input.probability[i] >= 0 && input.probability[i] <= 1, kFunction, "probability", "between 0 and 1");
    if (input.weight == nullptr) continue;
    require(input.weight[i] >= 0 && std::isfinite(input.weight[i]), kFunction, "weight", "finite and not negative");
  }
}

}  // namespace

Events sorted_events(const EventInput& input) {
  check(input);
  const std::size_t n = input.n;
  Buffer<Placed> placed(n);
  for (std::size_t i = 0; i < n; ++i) placed[i] = {input.probability[i], static_cast<std::uint32_t>(i)};
  // With the row as the second key any sort is a stable one, and needs no second array.
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return a.probability != b.probability ? a.probability < b.probability : a.row < b.row;
  });
  Events events;
  events.probability = Buffer<double>(n);
  events.happened = Buffer<std::uint8_t>(n);
  events.row = Buffer<std::uint32_t>(n);
  if (input.weight != nullptr) events.weight = Buffer<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t row = placed[i].row;
    events.probability[i] = placed[i].probability;
    events.happened[i] = input.happened[row] != 0 ? 1 : 0;
    events.row[i] = row;
    if (input.weight != nullptr) events.weight[i] = input.weight[row];
    events.total += events.weight_at(i);
  }
  require(events.total > 0, kFunction, "weight", "not 0 throughout");
  return events;
}

}  // namespace plumbline
