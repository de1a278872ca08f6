#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/events.hpp"
#include "plumbline/calibration/figures.hpp"
#include "plumbline/calibration/probability_rows.hpp"

namespace plumbline {

struct BootstrapOptions {
  std::size_t bins = 15;
  std::size_t resamples = 200;
  double level = 0.95;  ///< of the intervals, in (0, 1)
  std::uint64_t seed = 0;
};

/// Percentile intervals (Efron 1979) that are moved so that the resamples' median falls on the figure itself, and cut
/// off at 0: lower and upper are the (1 ∓ level)/2 quantiles over the resamples, between order statistics by linear
/// interpolation, less their median, plus the figure. The calibration errors of finite samples are biased upwards, and
/// those of resamples once more: unmoved intervals may lie above the very figure. What is left is the scatter of the
/// figure, with the bias that it has.
struct BootstrapIntervals {
  std::size_t resamples = 0;
  CalibrationFigures lower, upper;
};

/// The figures of every resample, in order. `rows` may be null: then only what events alone give (all but log_loss,
/// brier and ece_classwise); else events.row are rows of it. The same bits for any number of threads. O(resamples · n ·
/// (10 + m)) and, for probabilities of logits, n · m exponentials for every 50 resamples. Memory: 2 MB and 400 · m ·
/// bins bytes a thread.
std::vector<CalibrationFigures> bootstrap_figures(const Events& events, const ProbabilityRows* rows,
                                                  const BootstrapOptions& options);

/// About `figures`, those of the events and rows themselves. Throws std::invalid_argument for options out of range. No
/// resamples: NaN throughout.
BootstrapIntervals bootstrap_intervals(const Events& events, const ProbabilityRows* rows,
                                       const CalibrationFigures& figures, const BootstrapOptions& options);

}  // namespace plumbline
