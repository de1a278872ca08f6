#include "plumbline/data/standardization.hpp"

#include <cmath>

#include "plumbline/kernels/tile.hpp"

namespace plumbline {

namespace {

/// With an intercept a constant says nothing new; without one only a column of zeros does.
bool carries_nothing(const Moments& moments, std::size_t j, bool intercept) {
  return moments.is_constant(j) && (intercept || moments.minimum[j] == 0);
}

Coordinates empty_coordinates(std::size_t features, bool intercept) {
  Coordinates coordinates;
  coordinates.center.assign(padded(features), 0);
  coordinates.scale.assign(padded(features), 0);
  coordinates.penalty_factor.assign(features, 1);
  coordinates.intercept = intercept;
  return coordinates;
}

}  // namespace

Coordinates standardized_coordinates(const Moments& moments, bool intercept, bool penalise_standardized) {
  Coordinates coordinates = empty_coordinates(moments.mean.size(), intercept);
  for (std::size_t j = 0; j < moments.mean.size(); ++j) {
    if (intercept) coordinates.center[j] = moments.mean[j];
    if (carries_nothing(moments, j, intercept)) continue;
    const double unit = moments.is_constant(j) ? std::fabs(moments.mean[j]) : moments.sd[j];
    const double factor = penalise_standardized ? 1 : 1 / unit / unit;
    // Beyond the doubles: the penalty on such a column's weight leaves nothing of it.
    if (!std::isfinite(1 / unit) || !std::isfinite(factor)) continue;
    coordinates.scale[j] = 1 / unit;
    coordinates.penalty_factor[j] = factor;
  }
  return coordinates;
}

Coordinates raw_coordinates(const Moments& moments, bool intercept) {
  Coordinates coordinates = empty_coordinates(moments.mean.size(), intercept);
  for (std::size_t j = 0; j < moments.mean.size(); ++j) {
    coordinates.scale[j] = carries_nothing(moments, j, intercept) ? 0 : 1;
  }
  return coordinates;
}

}  // namespace plumbline
