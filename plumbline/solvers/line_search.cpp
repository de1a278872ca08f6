#include "plumbline/solvers/line_search.hpp"

#include <algorithm>
#include <cmath>

namespace plumbline {

namespace {

constexpr double kSufficientDecrease = 1e-4;
constexpr int kMostTries = 60;
constexpr double kLongestStep = 1 << 20;

/// The minimiser of the cubic through φ(0), φ'(0), φ(t), φ'(t) (Nocedal and Wright 2006, eq. 3.59), kept within [t/10,
/// t/2].
double shorter_step(const LinePoint& start, double t, const LinePoint& there) {
  const double halved = t / 2;
  if (!std::isfinite(there.value) || !std::isfinite(there.slope)) return t / 10;
  const double d1 = start.slope + there.slope - 3 * (there.value - start.value) / t;
  const double d2 = std::sqrt(std::max(d1 * d1 - start.slope * there.slope, 0.0));
  const double cubic = t - t * (there.slope + d2 - d1) / (there.slope - start.slope + 2 * d2);
  return std::isfinite(cubic) ? std::clamp(cubic, t / 10, halved) : halved;
}

}  // namespace

bool decreases_enough(const Objective& f, const LinePoint& start, double t, double value) {
  return std::isfinite(value) &&
         value <= start.value + kSufficientDecrease * t * start.slope + f.resolution(start.value);
}

std::optional<double> backtrack(Objective& f, const Vector& from, const Vector& to, const LinePoint& start) {
  LinePoint there = f.along(from, to, 1);
  double t = 1;
  for (int tries = 0; tries < kMostTries; ++tries) {
    t = shorter_step(start, t, there);
    there = f.along(from, to, t);
    if (decreases_enough(f, start, t, there.value)) return t;
  }
  return std::nullopt;
}

double extend(Objective& f, const Vector& from, const Vector& to) {
  double t = 1;
  double value = f.along(from, to, t).value;
  while (t < kLongestStep) {
    const double further = f.along(from, to, 2 * t).value;
    if (!(further < value)) break;
    t *= 2;
    value = further;
  }
  return t;
}

}  // namespace plumbline
