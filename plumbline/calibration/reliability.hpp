#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/events.hpp"

namespace plumbline {

/// What fell into one bin: Σs, Σs·p, Σs·[happened]. Events of weight 0 count nowhere.
struct BinSums {
  double weight = 0, probability = 0, happened = 0;

  double confidence() const { return probability / weight; }  ///< mean p; only where weight > 0
  double accuracy() const { return happened / weight; }       ///< share that happened; only where weight > 0
};
using Bins = std::vector<BinSums>;

/// Bins of equal width: b with b/bins < p <= (b + 1)/bins, the edges as doubles; 0 for p = 0 (E.4.21).
class EqualWidthBins final {
 public:
  explicit EqualWidthBins(std::size_t bins);

  /// p in [0, 1]; what is beyond 1 by rounding falls into the last bin. O(1).
  std::size_t operator()(double p) const {
    const auto last = static_cast<std::int64_t>(edge_.size()) - 2;
    auto bin = static_cast<std::int64_t>(p * count_);
    bin = bin > last ? last : bin;
    // The product alone may round across an edge, and belongs to the bin below if it is one.
    if (bin > 0 && p <= edge_[static_cast<std::size_t>(bin)]) --bin;
    if (bin < last && p > edge_[static_cast<std::size_t>(bin) + 1]) ++bin;
    return static_cast<std::size_t>(bin);
  }
  std::size_t size() const { return edge_.size() - 1; }

 private:
  double count_;
  std::vector<double> edge_;
};

/// The same for a single p. O(bins).
std::size_t equal_width_bin(double p, std::size_t bins);

/// Bins of equal width (lo, hi]. O(n).
Bins equal_width_bins(const Events& events, std::size_t bins);

/// The sorted events cut into parts whose sizes differ by at most one, larger parts first; a weight of 2 is the row
/// twice, so that a cut may go through a row. Where the total weight is no whole number, parts of equal weight. Fewer
/// rows than parts: the last ones stay empty. O(n).
Bins equal_mass_bins(const Events& events, std::size_t bins);

/// The size of part b of `bins` for a total weight, as above.
double equal_mass_part(double total, std::size_t bins, std::size_t b);

/// ECE: Σ_b (n_b/n) |accuracy_b − confidence_b| (E.4.21); NaN without weight.
double expected_error(const Bins& bins);

/// MCE: max_b |accuracy_b − confidence_b| over bins that hold weight; NaN without.
double maximum_error(const Bins& bins);

/// The debiased root mean square error of Kumar, Liang and Ma 2019 (their E²_db): Σ_b (n_b/n) ((confidence_b −
/// accuracy_b)² − accuracy_b(1 − accuracy_b)/(n_b − 1)), 0 where that is negative, then the square root. Their bins
/// hold equal mass. Bins with n_b < 2 count as 0. It is in the mean over labels what the bins truly miss; at least the
/// plug-in ECE of the same bins in the limit, because a root mean square is at least a mean.
double debiased_error(const Bins& bins);

/// The debiased mean absolute error of the same paper (appendix G): 2·ECE − Σ_b (n_b/n) E|Z_b|, Z_b normal with mean
/// accuracy_b − confidence_b and variance accuracy_b(1 − accuracy_b)/n_b; the expectation in closed form, σ√(2/π)
/// exp(−μ²/2σ²) + μ erf(μ/σ√2), where the paper draws. May be below 0.
double debiased_absolute_error(const Bins& bins);

/// Limits of a proportion that hold it with at least `level`, for any true value (Clopper and Pearson 1934).
struct ProportionLimits {
  double lower = 0, upper = 1;
};

/// successes and trials >= successes may be fractional sums of weights; (0, 1) for no trials. Throws
/// std::invalid_argument for a level not in (0, 1). O(1).
ProportionLimits clopper_pearson(double successes, double trials, double level);

}  // namespace plumbline
