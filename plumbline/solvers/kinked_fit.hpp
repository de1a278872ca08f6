#pragma once

#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/interior_point.hpp"

namespace plumbline {

/// The interior point method on a risk whose loss has kinks (absolute, quantile, hinge). Throws std::invalid_argument
/// for any other loss.
InteriorPointRun solve_by_interior_point(EmpiricalRisk& risk, const InteriorPointOptions& options,
                                         const Monitor& monitor);

}  // namespace plumbline
