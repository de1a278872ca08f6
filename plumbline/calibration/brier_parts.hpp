#pragma once

#include <vector>

#include "plumbline/calibration/events.hpp"
#include "plumbline/calibration/reliability.hpp"

namespace plumbline {

/// As BinSums, with what the spread within a bin needs.
struct MomentSums {
  BinSums sums;
  double square = 0;   ///< Σ s p²
  double product = 0;  ///< Σ s p [happened]

  void add(double weight, double p, bool happened) {
    sums.weight += weight;
    sums.probability += weight * p;
    square += weight * p * p;
    if (!happened) return;
    sums.happened += weight;
    product += weight * p;
  }
  void merge(const MomentSums& other);
};
using MomentBins = std::vector<MomentSums>;

/// The Brier score in parts (Murphy 1973, with the two terms within bins that make it exact for any bins: Stephenson,
/// Coelho and Jolliffe 2008): brier = reliability − resolution + uncertainty + spread − 2·covariance, each a mean over
/// rows and a sum over classes. With ō_b, p̄_b the means of bin b and ō that of all rows:
struct BrierParts {
  double reliability = 0;  ///< Σ_b (n_b/n) (p̄_b − ō_b)²: what calibration could repair
  double resolution = 0;   ///< Σ_b (n_b/n) (ō_b − ō)²: how far the bins tell rows apart; more is better
  double uncertainty = 0;  ///< ō(1 − ō): of the data alone
  double spread = 0;       ///< (1/n) Σ s (p − p̄_b)², within bins
  double covariance = 0;   ///< (1/n) Σ s (p − p̄_b)([happened] − ō_b), within bins

  double brier() const { return reliability - resolution + uncertainty + spread - 2 * covariance; }
  void add(const BrierParts& other);
};

/// Of one event. Zeros without weight. O(bins).
BrierParts brier_parts(const MomentBins& bins);

/// Summed over classes: parts of the score Σ_k (p_k − [y = k])², 0 to 2.
BrierParts brier_parts(const std::vector<MomentBins>& classes);

/// Moments of events in bins of equal width. O(n).
MomentBins moment_bins(const Events& events, std::size_t bins);

/// Without the moments.
Bins plain_bins(const MomentBins& bins);

}  // namespace plumbline
