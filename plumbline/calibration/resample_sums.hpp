#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/events.hpp"
#include "plumbline/calibration/figures.hpp"
#include "plumbline/calibration/probability_rows.hpp"
#include "plumbline/calibration/reliability.hpp"
#include "plumbline/calibration/resampling.hpp"
#include "plumbline/kernels/lane_sums.hpp"

namespace plumbline {

/// What the figures of up to Resampling::kLanes resamples are made of, collected in one sweep over the sorted events:
/// every sum stands once for each resample, side by side, so that an event is added to all of them at once.
class ResampleSums final {
 public:
  using Lanes = Resampling::Lanes;

  /// `classes` 0: events alone. `draws`: events in a resample. `lanes`: how many resamples.
  ResampleSums(std::size_t bins, std::size_t classes, double draws, std::size_t lanes);

  /// Event i, counts[lane] times each, in ascending order of i.
  void add(const Events& events, std::size_t i, const std::int32_t* counts);

  /// What row i of a block costs, as often as the event that was added last.
  void add_row(const ProbabilityBlock& block, std::size_t i, std::uint32_t label);

  /// The figures of one resample, once all events were added.
  CalibrationFigures figures(std::size_t lane) const;

 private:
  struct LaneBins {
    explicit LaneBins(std::size_t bins) : weight(bins), probability(bins), happened(bins) {}
    Bins of(std::size_t lane) const;
    std::vector<Lanes> weight, probability, happened;
  };
  void target(Lanes& sum, double factor) { targets_.push_back({sum.data(), factor}); }
  void add_targets();
  void fill_parts(double p, double happened);
  void close_parts(double p, double happened, std::size_t lane);
  Bins parts(std::size_t lane) const;
  double classwise(std::size_t lane) const;

  std::size_t bins_, classes_;
  double draws_;
  EqualWidthBins bin_of_;
  std::size_t lanes_;  ///< in use, padded
  std::vector<LaneTarget> targets_;
  Lanes count_{};                              ///< of the event that was added last
  LaneBins width_;                             ///< bins of equal width
  LaneBins closed_;                            ///< parts of equal mass that are full
  std::vector<std::size_t> part_;              ///< (lanes): the part that is being filled
  Lanes room_{}, probability_{}, happened_{};  ///< what it still takes, what it holds
  std::vector<Lanes> cells_;                   ///< residuals by cell of smooth_error
  Lanes surprise_{}, squares_{};
  std::vector<Lanes> gaps_;  ///< (classes, bins): Σ (p_k − [y = k])
};

}  // namespace plumbline
