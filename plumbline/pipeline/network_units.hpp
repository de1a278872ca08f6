#pragma once

#include <vector>

#include "plumbline/data/row_source.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// A network learns numbers as (y − center)/scale: steps of a fixed length would otherwise take a thousand times longer
/// over prices than over shares. All else is learned as it is. What comes of it is in the user's units: eta = center +
/// scale·net, and of a predicted log variance net + 2 log scale.
struct TargetUnits {
  double center = 0, scale = 1;

  /// By the weighted mean and standard deviation of the training targets; 0 and 1 unless the task is regression.
  static TargetUnits of(RowSource& rows, Task task);
  /// Of each output (K): what a NetworkPredictor adds and multiplies by.
  std::vector<double> centers(const Loss& loss) const;
  std::vector<double> scales(const Loss& loss) const;
  /// The loss of the same rows in these units.
  Loss in_units(Loss loss) const;
  /// loss(user's units) = factor·loss(these units) + a constant.
  double factor(const Loss& loss) const;
};

/// The rows with their targets in other units.
class RowsInUnits final : public RowSource {
 public:
  RowsInUnits(RowSource& rows, const TargetUnits& units);
  std::size_t rows() const override { return rows_.rows(); }
  std::size_t columns() const override { return rows_.columns(); }
  std::size_t target_width() const override { return rows_.target_width(); }
  bool sparse() const override { return rows_.sparse(); }
  void rewind() override { rows_.rewind(); }
  bool next(RowBlock& block) override;

 private:
  RowSource& rows_;
  std::vector<double> target_;  ///< (n, width)
};

}  // namespace plumbline
