#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/calibration/class_outputs.hpp"

namespace plumbline {

/// A few rows of probabilities in double, with what each costs under the truth.
struct ProbabilityBlock {
  std::size_t rows = 0;
  std::vector<double> p;           ///< (rows, m)
  std::vector<double> log_true;    ///< (rows), log p of the true class, finite however small p is
  std::vector<double> brier;       ///< (rows), Σ_k (p_k − [y = k])², 0 to 2
  std::vector<std::uint32_t> top;  ///< (rows), the first of the largest p
};

/// Probabilities of a classifier's outputs, in blocks, so that never more than a block of them stands in double.
/// Without a calibrator probabilities are what the file says, logits go through softmax; with one, calibrated.
class ProbabilityRows final {
 public:
  /// Both must outlive this; `calibrator` may be null.
  ProbabilityRows(const ClassOutputs& outputs, const Calibrator* calibrator)
      : outputs_(outputs), calibrator_(calibrator) {}

  const ClassOutputs& outputs() const { return outputs_; }

  /// Rows first … first + count − 1, or with `chosen` the rows chosen[first …]. O(count · m), no state: any thread.
  void fill(std::size_t first, std::size_t count, const std::uint32_t* chosen, ProbabilityBlock& block) const;

 private:
  void fill_uncalibrated(const std::vector<std::size_t>& rows, ProbabilityBlock& block) const;
  void fill_calibrated(const std::vector<std::size_t>& rows, ProbabilityBlock& block) const;

  const ClassOutputs& outputs_;
  const Calibrator* calibrator_;
};

}  // namespace plumbline
