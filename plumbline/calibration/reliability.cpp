#include "plumbline/calibration/reliability.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <cmath>
#include <numbers>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

double total_of(const Bins& bins) {
  double total = 0;
  for (const BinSums& bin : bins) total += bin.weight;
  return total;
}

/// E|Z|, Z normal.
double mean_absolute_normal(double mean, double variance) {
  if (!(variance > 0)) return std::fabs(mean);
  const double sd = std::sqrt(variance);
  const double z = mean / sd;
  return sd * std::sqrt(2 / std::numbers::pi) * std::exp(-z * z / 2) + mean * std::erf(z / std::numbers::sqrt2);
}

void add(BinSums& bin, double weight, double probability, bool happened) {
  bin.weight += weight;
  bin.probability += weight * probability;
  bin.happened += happened ? weight : 0;
}

}  // namespace

EqualWidthBins::EqualWidthBins(std::size_t bins) : count_(static_cast<double>(bins)) {
  require(bins >= 1, "EqualWidthBins", "bins", "at least 1");
  for (std::size_t b = 0; b <= bins; ++b) edge_.push_back(static_cast<double>(b) / count_);
}

std::size_t equal_width_bin(double p, std::size_t bins) { return EqualWidthBins(bins)(p); }

Bins equal_width_bins(const Events& events, std::size_t bins) {
  require(bins >= 1, "equal_width_bins", "bins", "at least 1");
  Bins result(bins);
  const EqualWidthBins bin_of(bins);
  for (std::size_t i = 0; i < events.size(); ++i) {
    add(result[bin_of(events.probability[i])], events.weight_at(i), events.probability[i], events.happened[i] != 0);
  }
  return result;
}

double equal_mass_part(double total, std::size_t bins, std::size_t b) {
  const double count = static_cast<double>(bins);
  if (total != std::floor(total)) return total / count;
  const double least = std::floor(total / count);
  return static_cast<double>(b) < total - least * count ? least + 1 : least;
}

Bins equal_mass_bins(const Events& events, std::size_t bins) {
  require(bins >= 1, "equal_mass_bins", "bins", "at least 1");
  Bins result(bins);
  std::size_t b = 0;
  double room = equal_mass_part(events.total, bins, 0);
  for (std::size_t i = 0; i < events.size(); ++i) {
    double left = events.weight_at(i);
    for (; b + 1 < bins && left > room; room = equal_mass_part(events.total, bins, ++b)) {
      add(result[b], room, events.probability[i], events.happened[i] != 0);
      left -= room;
    }
    add(result[b], left, events.probability[i], events.happened[i] != 0);
    room -= left;
  }
  return result;
}

double expected_error(const Bins& bins) {
  const double total = total_of(bins);
  if (!(total > 0)) return kNaN;
  double error = 0;
  for (const BinSums& bin : bins) error += std::fabs(bin.happened - bin.probability);
  return error / total;
}

double maximum_error(const Bins& bins) {
  double most = kNaN;
  for (const BinSums& bin : bins) {
    if (bin.weight > 0) most = std::fmax(most, std::fabs(bin.happened - bin.probability) / bin.weight);
  }
  return most;
}

double debiased_error(const Bins& bins) {
  const double total = total_of(bins);
  if (!(total > 0)) return kNaN;
  double square = 0;
  for (const BinSums& bin : bins) {
    if (bin.weight < 2) continue;
    const double gap = bin.confidence() - bin.accuracy();
    square += bin.weight / total * (gap * gap - bin.accuracy() * (1 - bin.accuracy()) / (bin.weight - 1));
  }
  return std::sqrt(std::fmax(square, 0.0));
}

double debiased_absolute_error(const Bins& bins) {
  const double total = total_of(bins);
  if (!(total > 0)) return kNaN;
  double error = 0;
  for (const BinSums& bin : bins) {
    if (!(bin.weight > 0)) continue;
    const double gap = bin.accuracy() - bin.confidence();
    const double variance = bin.accuracy() * (1 - bin.accuracy()) / bin.weight;
    error += bin.weight / total * (2 * std::fabs(gap) - mean_absolute_normal(gap, variance));
  }
  return error;
}

ProportionLimits clopper_pearson(double successes, double trials, double level) {
  require(level > 0 && level < 1, "clopper_pearson", "level", "between 0 and 1");
  require(successes >= 0 && successes <= trials, "clopper_pearson", "successes", "from 0 to trials");
  const double tail = (1 - level) / 2;
  const double failures = trials - successes;
  ProportionLimits limits;
  if (successes > 0) limits.lower = quantile(boost::math::beta_distribution<>(successes, failures + 1), tail);
  if (failures > 0) {
    limits.upper = quantile(complement(boost::math::beta_distribution<>(successes + 1, failures), tail));
  }
  return limits;
}

}  // namespace plumbline
