#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/calibration/calibrator.hpp"

namespace plumbline {

/// One point of an isotonic regression.
struct IsotonicPoint {
  double score = 0;
  double value = 0;   ///< what the function is to come near
  double weight = 1;  ///< >= 0; 0: as if it were not there
};

/// The non-decreasing function of the score that minimises Σ weight (f(score) − value)²: weighted pooling of adjacent
/// violators (Ayer et al. 1955; Best and Chakravarti 1990), points of equal score pooled first. One or two knots a
/// block: its least and its largest score. O(n log n). Throws std::invalid_argument unless some weight is positive.
IsotonicMap isotonic_regression(std::vector<IsotonicPoint> points);

}  // namespace plumbline
