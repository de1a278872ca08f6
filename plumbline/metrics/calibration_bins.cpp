#include "plumbline/metrics/calibration_bins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/metrics/weighted.hpp"

namespace plumbline {
namespace {

/// The b with b/bins < confidence <= (b + 1)/bins, the edges as doubles; the product alone may round across an edge.
std::size_t bin_of(double confidence, std::size_t bins) {
  const double count = static_cast<double>(bins);
  double bin = std::clamp(std::ceil(confidence * count) - 1, 0.0, count - 1);
  if (bin > 0 && confidence <= bin / count) bin -= 1;
  if (bin < count - 1 && confidence > (bin + 1) / count) bin += 1;
  return static_cast<std::size_t>(bin);
}

}  // namespace

void CalibrationBins::add(double confidence, bool correct, double weight) {
  if (std::isnan(confidence)) return;
  Bin& bin = bins_[bin_of(confidence, bins_.size())];
  bin.weight += weight;
  bin.confidence += weight * confidence;
  bin.correct += correct ? weight : 0;
}

double CalibrationBins::expected_error() const {
  double total = 0, error = 0;
  for (const Bin& bin : bins_) {
    total += bin.weight;
    error += std::fabs(bin.correct - bin.confidence);
  }
  return share(error, total);
}

double CalibrationBins::maximum_error() const {
  double most = std::numeric_limits<double>::quiet_NaN();
  for (const Bin& bin : bins_) {
    if (bin.weight > 0) most = std::fmax(most, std::fabs(bin.correct - bin.confidence) / bin.weight);
  }
  return most;
}

}  // namespace plumbline
