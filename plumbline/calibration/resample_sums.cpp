#include "plumbline/calibration/resample_sums.hpp"

#include <cmath>
#include <limits>

#include "plumbline/calibration/smooth_error.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kLanes = Resampling::kLanes;
/// Far below what tells one resample from another; a closer one costs more transforms.
constexpr double kSmoothTolerance = 1e-4;

}  // namespace

Bins ResampleSums::LaneBins::of(std::size_t lane) const {
  Bins bins(weight.size());
  for (std::size_t b = 0; b < bins.size(); ++b) bins[b] = {weight[b][lane], probability[b][lane], happened[b][lane]};
  return bins;
}

ResampleSums::ResampleSums(std::size_t bins, std::size_t classes, double draws, std::size_t lanes)
    : bins_(bins),
      classes_(classes),
      draws_(draws),
      bin_of_(bins),
      lanes_((lanes + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple),
      width_(bins),
      closed_(bins),
      part_(kLanes),
      cells_(kSmoothCells),
      gaps_(classes * bins) {
  room_.fill(equal_mass_part(draws, bins, 0));
}

/// What of the last event went beyond the part goes to the next ones.
void ResampleSums::close_parts(double p, double happened, std::size_t lane) {
  while (room_[lane] < 0 && part_[lane] + 1 < bins_) {
    const double beyond = -room_[lane];
    const std::size_t b = part_[lane]++;
    closed_.weight[b][lane] = equal_mass_part(draws_, bins_, b);
    closed_.probability[b][lane] = probability_[lane] - beyond * p;
    closed_.happened[b][lane] = happened_[lane] - beyond * happened;
    probability_[lane] = beyond * p;
    happened_[lane] = beyond * happened;
    room_[lane] = equal_mass_part(draws_, bins_, part_[lane]) - beyond;
  }
}

/// After the event was added to the part that is being filled.
void ResampleSums::fill_parts(double p, double happened) {
  double least = 0;
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    room_[lane] -= count_[lane];
    least = room_[lane] < least ? room_[lane] : least;
  }
  if (least == 0) return;
  for (std::size_t lane = 0; lane < lanes_; ++lane) close_parts(p, happened, lane);
}

void ResampleSums::add_targets() {
  add_to_lanes(count_.data(), lanes_, targets_.data(), targets_.size());
  targets_.clear();
}

void ResampleSums::add(const Events& events, std::size_t i, const std::int32_t* counts) {
  const double p = events.probability[i];
  const double happened = events.happened[i] != 0 ? 1 : 0;
  for (std::size_t lane = 0; lane < lanes_; ++lane) count_[lane] = counts[lane];
  const std::size_t b = bin_of_(p);
  target(width_.weight[b], 1);
  target(width_.probability[b], p);
  target(probability_, p);
  target(cells_[residual_cell(p)], happened - p);
  if (happened > 0) {
    target(width_.happened[b], 1);
    target(happened_, 1);
  }
  add_targets();
  fill_parts(p, happened);
}

void ResampleSums::add_row(const ProbabilityBlock& block, std::size_t i, std::uint32_t label) {
  target(surprise_, -block.log_true[i]);
  target(squares_, block.brier[i]);
  for (std::size_t k = 0; k < classes_; ++k) {
    const double p = block.p[i * classes_ + k];
    target(gaps_[k * bins_ + bin_of_(p)], p - (k == label ? 1.0 : 0.0));
  }
  add_targets();
}

Bins ResampleSums::parts(std::size_t lane) const {
  Bins bins = closed_.of(lane);
  const std::size_t last = part_[lane];
  bins[last] = {equal_mass_part(draws_, bins_, last) - room_[lane], probability_[lane], happened_[lane]};
  return bins;
}

double ResampleSums::classwise(std::size_t lane) const {
  double sum = 0;
  for (const Lanes& gap : gaps_) sum += std::fabs(gap[lane]);
  return sum / (draws_ * static_cast<double>(classes_));
}

CalibrationFigures ResampleSums::figures(std::size_t lane) const {
  CalibrationFigures figures;
  const Bins width = width_.of(lane), mass = parts(lane);
  double right = 0;
  for (const BinSums& bin : width) right += bin.happened;
  figures.accuracy = right / draws_;
  figures.ece = expected_error(width);
  figures.mce = maximum_error(width);
  figures.ece_equal_mass = expected_error(mass);
  figures.ece_debiased = debiased_error(mass);
  figures.ece_debiased_l1 = debiased_absolute_error(mass);
  ResidualGrid grid(cells_.size());
  for (std::size_t j = 0; j < grid.size(); ++j) grid[j] = cells_[j][lane] / draws_;
  figures.ece_smooth = smooth_error(grid, kSmoothTolerance);
  if (classes_ == 0) return figures;
  figures.log_loss = surprise_[lane] / draws_;
  figures.brier = squares_[lane] / draws_;
  figures.ece_classwise = classwise(lane);
  return figures;
}

}  // namespace plumbline
