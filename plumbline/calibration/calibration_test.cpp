#include "plumbline/calibration/calibration_test.hpp"

#include <cmath>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/inference/distributions.hpp"

namespace plumbline {
namespace {

constexpr double kLeastVariance = 5;

struct EventGroup {
  double weight = 0, excess = 0, variance = 0;

  void add(double s, double p, bool happened) {
    weight += s;
    excess += s * ((happened ? 1.0 : 0.0) - p);
    variance += s * p * (1 - p);
  }
  void join(const EventGroup& other) {
    weight += other.weight;
    excess += other.excess;
    variance += other.variance;
  }
};

/// Neighbours that are heavy enough, from below; what is left over joins the last.
std::vector<EventGroup> groups_of(const Events& events, std::size_t groups) {
  const double part = events.total / static_cast<double>(groups);
  std::vector<EventGroup> found(1);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (found.back().weight >= part && found.back().variance >= kLeastVariance) found.emplace_back();
    found.back().add(events.weight_at(i), events.probability[i], events.happened[i] != 0);
  }
  if (found.size() > 1 && found.back().variance < kLeastVariance) {
    const EventGroup last = found.back();
    found.pop_back();
    found.back().join(last);
  }
  return found;
}

}  // namespace

CalibrationTest spiegelhalter_test(const Events& events) {
  double sum = 0, variance = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double p = events.probability[i], s = events.weight_at(i);
    sum += s * ((events.happened[i] != 0 ? 1.0 : 0.0) - p) * (1 - 2 * p);
    variance += s * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
  }
  if (!(variance > 0)) return {kNaN, 0, kNaN};
  const double z = sum / std::sqrt(variance);
  return {z, 0, two_sided_normal(z)};
}

CalibrationTest grouped_test(const Events& events, std::size_t groups) {
  require(groups >= 1, "grouped_test", "groups", "at least 1");
  const std::vector<EventGroup> found = groups_of(events, groups);
  if (found.front().variance < kLeastVariance) return {kNaN, 0, kNaN};
  double statistic = 0;
  for (const EventGroup& group : found) statistic += group.excess * group.excess / group.variance;
  const double degrees = static_cast<double>(found.size());
  return {statistic, degrees, upper_chi_squared(statistic, degrees)};
}

}  // namespace plumbline
