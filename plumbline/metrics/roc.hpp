#pragma once

#include <cstddef>

namespace plumbline {

/// Area under the ROC curve: P(score of a positive > score of a negative) + ½ P(equal), by sorting, O(n log n).
/// y: (n), 1 for a positive; weight (n) or null. NaN if a class is absent.
double area_under_roc(const double* y, const double* score, const double* weight, std::size_t n);

}  // namespace plumbline
