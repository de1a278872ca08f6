#include "plumbline/solvers/monitor.hpp"

#include <algorithm>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {
constexpr double kRelativeGap = 1e-9;
constexpr double kUlps = 4;
}  // namespace

double Monitor::allowed_gap(double value) const {
  return kRelativeGap * std::max(null_value - value, 0.0) + kUlps * ulp(value);
}

bool Monitor::is_optimal(double gap, double value) const { return gap <= allowed_gap(value); }

void Monitor::check_cancelled() const {
  if (progress != nullptr && progress->cancelled()) throw Cancelled();
}

void Monitor::iteration(std::size_t count, double value, const Vector& w, const Vector& gradient, double step) const {
  check_cancelled();
  if (progress != nullptr) progress->advance("fitting", count, 0);
  if (trace) trace(count, value, w, gradient, step);
}

}  // namespace plumbline
