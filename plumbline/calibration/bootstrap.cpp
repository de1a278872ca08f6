#include "plumbline/calibration/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/calibration/resample_sums.hpp"
#include "plumbline/calibration/resampling.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

void check(const Events& events, const ProbabilityRows* rows, const BootstrapOptions& options) {
  constexpr const char* kFunction = "bootstrap_figures";
  require(events.size() > 0, kFunction, "events", "at least one");
  require(options.bins >= 1, kFunction, "bins", "at least 1");
  require(options.level > 0 && options.level < 1, kFunction, "level", "between 0 and 1");
  require(rows == nullptr || rows->outputs().rows() >= events.size(), kFunction, "rows", "those of the events");
}

/// Resamples that are made in one sweep; which ones share a sweep changes none of them.
struct ResampledGroup {
  std::size_t first = 0, lanes = 0;
};

void resample(const Events& events, const ProbabilityRows* rows, const BootstrapOptions& options, ResampledGroup group,
              std::vector<CalibrationFigures>& figures) {
  const Resampling resampling(events, options.seed, group.first, group.lanes);
  const std::size_t classes = rows == nullptr ? 0 : rows->outputs().classes();
  ResampleSums sums(options.bins, classes, static_cast<double>(resampling.draws()), group.lanes);
  std::vector<std::int32_t> counts;
  ProbabilityBlock block;
  for (std::size_t b = 0; b < resampling.blocks(); ++b) {
    const std::size_t begin = b * Resampling::kBlockRows;
    const std::size_t size = std::min(Resampling::kBlockRows, events.size() - begin);
    resampling.counts(b, counts);
    if (rows != nullptr) rows->fill(begin, size, events.row.data(), block);
    for (std::size_t i = 0; i < size; ++i) {
      sums.add(events, begin + i, &counts[i * Resampling::kLanes]);
      if (rows != nullptr) sums.add_row(block, i, rows->outputs().label[events.row[begin + i]]);
    }
  }
  for (std::size_t lane = 0; lane < group.lanes; ++lane) figures[group.first + lane] = sums.figures(lane);
}

/// Of sorted values, between neighbours by linear interpolation.
double quantile_of(const std::vector<double>& sorted, double level) {
  const double place = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

std::vector<CalibrationFigures> bootstrap_figures(const Events& events, const ProbabilityRows* rows,
                                                  const BootstrapOptions& options) {
  check(events, rows, options);
  std::vector<CalibrationFigures> figures(options.resamples);
  // As few sweeps as keep all threads busy.
  const std::size_t sweeps =
      std::max((options.resamples + Resampling::kLanes - 1) / Resampling::kLanes, thread_count());
  const std::size_t lanes = (options.resamples + sweeps - 1) / sweeps;
  parallel_for(sweeps, [&](std::size_t i) {
    const std::size_t first = i * lanes;
    if (first >= options.resamples) return;
    resample(events, rows, options, {first, std::min(lanes, options.resamples - first)}, figures);
  });
  return figures;
}

BootstrapIntervals bootstrap_intervals(const Events& events, const ProbabilityRows* rows,
                                       const CalibrationFigures& figures, const BootstrapOptions& options) {
  BootstrapIntervals intervals;
  intervals.resamples = options.resamples;
  const std::vector<CalibrationFigures> resampled = bootstrap_figures(events, rows, options);
  if (resampled.empty()) return intervals;
  std::vector<double> values(resampled.size());
  for (const NamedFigure& figure : kCalibrationFigures) {
    for (std::size_t r = 0; r < resampled.size(); ++r) values[r] = resampled[r].*figure.value;
    if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) continue;
    std::sort(values.begin(), values.end());
    const double moved = figures.*figure.value - quantile_of(values, 0.5);
    const auto limit = [&](double level) { return std::fmax(quantile_of(values, level) + moved, 0); };
    intervals.lower.*figure.value = limit((1 - options.level) / 2);
    intervals.upper.*figure.value = limit((1 + options.level) / 2);
  }
  return intervals;
}

}  // namespace plumbline
