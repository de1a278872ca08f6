#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/calibration/events.hpp"

namespace plumbline {

/// Residuals of events on a grid of [0, 1]: cell j, of width 1/cells, holds Σ s ([happened] − p)/Σs of the events in
/// it.
using ResidualGrid = std::vector<double>;

inline constexpr std::size_t kSmoothCells = 4096;

/// The cell of a probability in [0, 1].
std::size_t residual_cell(double p);

/// The residuals of events on kSmoothCells cells. O(n).
ResidualGrid residual_grid(const Events& events);

/// smECE_σ of Błasiok and Nakkiran 2023: ∫₀¹ |Σ_i r_i K_σ(t, p_i)| dt with K the Gaussian of standard deviation σ > 0
/// reflected at 0 and 1, of residuals taken to the middles of their cells; the integral is the sum over the cells'
/// middles. O(cells log cells).
double smooth_error_at(const ResidualGrid& grid, double sigma);

/// SmoothECE of the same paper: the σ with smECE_σ = σ, unique because smECE_σ falls in σ; no bins, no bandwidth to
/// choose, continuous in p. What is left of the grid is a change of σ² by a twelfth of the squared cell width. Found to
/// `tolerance` relative. 0 where all residuals are 0. Some ten times the cost of smooth_error_at.
double smooth_error(const ResidualGrid& grid, double tolerance = 1e-10);

}  // namespace plumbline
