#pragma once

#include "plumbline/core/progress.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// The triangular factor R (d + 1, d + 1) of [√S X̃, √S r; √(Σs·l2·factor) I, −√(Σs·l2·factor) w̃] with r = y − X̃w the
/// residuals of squared loss at w: least squares on it gives the step from w to the optimum. One pass over X, tile by
/// tile (sparse rows are spread out one tile at a time), in parallel with a fixed tree; 2·n·d² flops.
Matrix residual_triangular_factor(const EmpiricalRisk& risk, RowSource& source, const Vector& w, Progress& progress);

}  // namespace plumbline
