#pragma once

#include <cstdint>
#include <vector>

#include "plumbline/calibration/class_outputs.hpp"

namespace plumbline {

/// Some rows of a classifier's outputs, copied: logits in double.
struct OutputRows {
  std::size_t classes = 0;
  std::vector<double> logits;        ///< (n, m)
  std::vector<std::uint32_t> label;  ///< (n)
  std::vector<double> weight;        ///< (n), or empty: 1 each

  std::size_t rows() const { return label.size(); }
  /// A look at them, which must not outlive them.
  ClassOutputs view() const;
};

/// The rows with those indices, in that order.
OutputRows take_rows(const ClassOutputs& outputs, const std::vector<std::size_t>& rows);

}  // namespace plumbline
