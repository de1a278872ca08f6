#include "plumbline/pipeline/network_units.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {

TargetUnits TargetUnits::of(RowSource& rows, Task task) {
  TargetUnits units;
  if (task != Task::regression) return units;
  double weight = 0, mean = 0, square = 0;  // Welford 1962, with weights
  rows.rewind();
  for (RowBlock block; rows.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
      if (s == 0) continue;
      weight += s;
      const double from_mean = block.target[i] - mean;
      mean += s / weight * from_mean;
      square += s * from_mean * (block.target[i] - mean);
    }
  }
  const double scale = std::sqrt(square / weight);
  units.center = mean;
  units.scale = scale > 0 && std::isfinite(scale) ? scale : 1;
  return units;
}

std::vector<double> TargetUnits::centers(const Loss& loss) const {
  std::vector<double> centers(outputs_of(loss), center);
  if (std::holds_alternative<HeteroscedasticLoss>(loss)) centers[1] = 2 * std::log(scale);
  return centers;
}

std::vector<double> TargetUnits::scales(const Loss& loss) const {
  std::vector<double> scales(outputs_of(loss), scale);
  if (std::holds_alternative<HeteroscedasticLoss>(loss)) scales[1] = 1;
  return scales;
}

Loss TargetUnits::in_units(Loss loss) const {
  if (auto* huber = std::get_if<HuberLoss>(&loss)) huber->delta /= scale;
  return loss;
}

double TargetUnits::factor(const Loss& loss) const {
  if (std::holds_alternative<SquaredLoss>(loss) || std::holds_alternative<HuberLoss>(loss)) return scale * scale;
  if (std::holds_alternative<AbsoluteLoss>(loss) || std::holds_alternative<QuantileLoss>(loss)) return scale;
  return 1;
}

RowsInUnits::RowsInUnits(RowSource& rows, const TargetUnits& units) : rows_(rows) {
  target_.reserve(rows.rows() * rows.target_width());
  rows_.rewind();
  for (RowBlock block; rows_.next(block);) {
    std::transform(block.target, block.target + block.rows * rows_.target_width(), std::back_inserter(target_),
                   [&](double y) { return (y - units.center) / units.scale; });
  }
}

bool RowsInUnits::next(RowBlock& block) {
  if (!rows_.next(block)) return false;
  block.target = target_.data() + block.first_row * rows_.target_width();
  return true;
}

}  // namespace plumbline
