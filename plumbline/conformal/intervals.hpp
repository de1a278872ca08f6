#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/conformal/conformal_rule.hpp"

namespace plumbline {

/// [lower, upper], both ends within; perhaps infinite. Empty: both NaN.
struct Interval {
  double lower = 0;
  double upper = 0;

  /// Whether y is within.
  bool holds(double y) const { return lower <= y && y <= upper; }
  /// upper − lower; 0 where empty.
  double width() const { return upper >= lower ? upper - lower : 0; }
};

/// Predictions of n rows as a method of intervals wants them, (n, width) row-major:
///
///   absolute   ŷ, further columns are not looked at
///   scaled     ŷ and log σ² of the row
///   cqr        the quantiles q_{α/2} and q_{1−α/2} of the row, put in order where they cross
struct IntervalInputs {
  const double* prediction = nullptr;
  std::size_t width = 1;
  const double* y = nullptr;       ///< (n)
  const double* weight = nullptr;  ///< (n) frequencies, or null: 1 each
  std::size_t rows = 0;
};

/// The nonconformity of y under the prediction of one row:
///
///   absolute   |y − ŷ|                                        (Lei et al. 2018)
///   scaled     |y − ŷ|/σ                                      (locally weighted; Lei et al. 2018)
///   cqr        max(q_{α/2} − y, y − q_{1−α/2}), perhaps negative  (Romano, Patterson and Candès 2019)
///
/// Never NaN from finite numbers: a σ that underflows gives +∞ for what is not ŷ itself.
double interval_nonconformity(ConformalMethod method, const double* prediction, double y);

/// Split conformal intervals: the threshold from rows that the model has not seen, as conformal_class_rule has it.
/// Throws std::invalid_argument for options that fail validate(), a method of class sets, or jackknife+, which has no
/// threshold. O(n).
ConformalRule conformal_interval_rule(const IntervalInputs& rows, const ConformalOptions& options);

/// All y whose nonconformity is at most the rule's threshold t, ends included as doubles round them: ŷ ± t, ŷ ± tσ,
/// [q_{α/2} − t, q_{1−α/2} + t]; (−∞, ∞) for t = ∞. The last is empty where t < 0 has eaten it up: then the point in
/// the middle, unless empty sets are allowed.
Interval conformal_interval(const ConformalRule& rule, const double* prediction);

/// Coverage and mean width on rows with truth.
SetSummary summarise_intervals(const IntervalInputs& rows, const ConformalRule& rule);

/// The same of intervals that are there already, (n).
SetSummary summarise_intervals(const std::vector<Interval>& intervals, const double* y, const double* weight);

}  // namespace plumbline
