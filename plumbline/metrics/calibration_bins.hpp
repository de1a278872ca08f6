#pragma once

#include <cstddef>
#include <vector>

namespace plumbline {

/// Top-label confidences in bins of equal width (lo, hi] (subject E.4.21), with the weight that fell into each.
class CalibrationBins final {
 public:
  explicit CalibrationBins(std::size_t bins) : bins_(bins) {}

  /// confidence in (0, 1].
  void add(double confidence, bool correct, double weight);
  /// Σ_b (n_b/n) |accuracy_b − confidence_b|; NaN without rows.
  double expected_error() const;
  /// max_b |accuracy_b − confidence_b| over bins with rows; NaN without rows.
  double maximum_error() const;

 private:
  struct Bin {
    double weight = 0, confidence = 0, correct = 0;
  };
  std::vector<Bin> bins_;
};

}  // namespace plumbline
