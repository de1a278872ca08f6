#include "plumbline/conformal/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/conformal/threshold.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/metrics/weighted.hpp"

namespace plumbline {

namespace {

/// How far rounding can take an end from where its nonconformity is the threshold, in steps of the larger of the ulps.
constexpr int kMostSteps = 4;

std::size_t needed_width(ConformalMethod method) { return method == ConformalMethod::absolute ? 1 : 2; }

/// The last double from `base` in direction `sign` whose nonconformity is within the threshold, sought around
/// base + sign·reach: y counts as covered by its interval exactly where its nonconformity says so, however sums round.
double settle(const ConformalRule& rule, const double* prediction, double base, double reach, double sign) {
  const auto within = [&](double y) {
    return interval_nonconformity(rule.options.method, prediction, y) <= rule.threshold[0];
  };
  const double end = base + sign * reach;
  if (!std::isfinite(end)) return end;
  const double step = sign * std::max(ulp(end), ulp(base));
  double inside = end;
  for (int k = 0; k < kMostSteps && !within(inside); ++k) inside -= step;
  double outside = inside + step;
  for (int k = 0; k < kMostSteps && within(outside); ++k) {
    inside = outside;
    outside += step;
  }
  for (;;) {  // no round at all unless the end is much smaller than what it is the difference of
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) return inside;
    (within(middle) ? inside : outside) = middle;
  }
}

}  // namespace

double interval_nonconformity(ConformalMethod method, const double* prediction, double y) {
  if (method == ConformalMethod::cqr) {
    const auto [low, high] = std::minmax(prediction[0], prediction[1]);
    return std::max(low - y, y - high);
  }
  const double residual = std::fabs(y - prediction[0]);
  if (method == ConformalMethod::absolute || residual == 0) return residual;
  const double sd = std::exp(prediction[1] / 2);
  if (std::isinf(sd)) return residual * std::exp(-prediction[1] / 2);
  return sd > 0 ? residual / sd : kInfinity;
}

ConformalRule conformal_interval_rule(const IntervalInputs& rows, const ConformalOptions& options) {
  validate(options, "conformal_interval_rule");
  require(!gives_class_sets(options.method) && options.method != ConformalMethod::jackknife_plus,
          "conformal_interval_rule", "options.method", "absolute, scaled or cqr");
  require(rows.width >= needed_width(options.method), "conformal_interval_rule", "rows.width",
          fmt::format("at least {}, got {}", needed_width(options.method), rows.width));
  std::vector<double> score(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    score[i] = interval_nonconformity(options.method, rows.prediction + i * rows.width, rows.y[i]);
  }
  const Threshold threshold = conformal_threshold({score.data(), nullptr, rows.weight, rows.rows}, options.miscoverage);
  ConformalRule rule;
  rule.options = options;
  rule.threshold = {threshold.value};
  rule.tie = {threshold.tie};
  rule.rows = {threshold.weight};
  return rule;
}

Interval conformal_interval(const ConformalRule& rule, const double* prediction) {
  const double threshold = rule.threshold[0];
  if (threshold == kInfinity) return {-kInfinity, kInfinity};
  double low = prediction[0], high = prediction[0], reach = threshold;
  if (rule.options.method == ConformalMethod::cqr) {
    low = std::min(prediction[0], prediction[1]);
    high = std::max(prediction[0], prediction[1]);
  } else if (rule.options.method == ConformalMethod::scaled) {
    reach = threshold == 0 ? 0 : threshold * std::exp(prediction[1] / 2);
  }
  const Interval interval{settle(rule, prediction, low, reach, -1), settle(rule, prediction, high, reach, 1)};
  if (interval.lower <= interval.upper) return interval;
  if (rule.options.allow_empty) return {kNaN, kNaN};
  const double middle = low + (high - low) / 2;
  return {middle, middle};
}

SetSummary summarise_intervals(const std::vector<Interval>& intervals, const double* y, const double* weight) {
  SetSummary summary;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const double s = weight_of(weight, i);
    if (s == 0) continue;
    summary.rows += s;
    if (intervals[i].holds(y[i])) summary.coverage += s;
    if (!(intervals[i].lower <= intervals[i].upper)) summary.empty += s;
    summary.mean_size += s * intervals[i].width();
  }
  summary.coverage = share(summary.coverage, summary.rows);
  summary.empty = share(summary.empty, summary.rows);
  summary.mean_size = share(summary.mean_size, summary.rows);
  return summary;
}

SetSummary summarise_intervals(const IntervalInputs& rows, const ConformalRule& rule) {
  std::vector<Interval> intervals(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    intervals[i] = conformal_interval(rule, rows.prediction + i * rows.width);
  }
  return summarise_intervals(intervals, rows.y, rows.weight);
}

}  // namespace plumbline
