#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/data/moments.hpp"

namespace plumbline {

/// The coordinates in which a solver works: x̃_j = (x_j − center_j)·scale_j. Coefficients in the user's units are w_j =
/// scale_j·w̃_j. `penalty_factor` makes (l2/2) Σ factor_j w̃_j² the penalty that the user asked for, whatever the
/// coordinates.
struct Coordinates {
  std::vector<double> center;          ///< (padded p)
  std::vector<double> scale;           ///< (padded p); 0 for a column that carries nothing
  std::vector<double> penalty_factor;  ///< (p)
  bool intercept = true;

  std::size_t features() const { return penalty_factor.size(); }
  std::size_t dimension() const { return features() + (intercept ? 1 : 0); }  ///< d
};

/// Standardised coordinates (mean 0 where there is an intercept, standard deviation 1). With `penalise_standardized`
/// the penalty acts on w̃, else on the user's w. A column that is constant (all zero where there is no intercept) gets
/// scale 0: its coefficient is 0.
Coordinates standardized_coordinates(const Moments& moments, bool intercept, bool penalise_standardized);

/// The user's own coordinates: center 0, scale 1 (constant columns as above).
Coordinates raw_coordinates(const Moments& moments, bool intercept);

}  // namespace plumbline
