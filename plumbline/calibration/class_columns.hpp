#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/calibration/class_outputs.hpp"
#include "plumbline/calibration/log_odds.hpp"

namespace plumbline {

/// The log-odds of one class at a time, for fits of each class against the rest: 32 bytes a row are kept, not n·m.
class ClassColumns final {
 public:
  explicit ClassColumns(const ClassOutputs& outputs);

  /// (n): log-odds of class k.
  std::vector<double> column(std::size_t k) const;
  bool is(std::size_t i, std::size_t k) const { return outputs_.label[i] == k; }
  const ClassOutputs& outputs() const { return outputs_; }

 private:
  const ClassOutputs& outputs_;
  std::vector<RowOdds> rows_;
};

}  // namespace plumbline
