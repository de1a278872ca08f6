#pragma once

#include <limits>

namespace plumbline {

/// What no double exceeds, and what says that there is no number. One definition for all files, as several of them may
/// be compiled as one.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace plumbline
