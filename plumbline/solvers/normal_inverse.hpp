#pragma once

#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

/// w = (XᵀX + n·l2·I)⁻¹ Xᵀy word for word (subject E.4.7, S(11)): the normal matrix is inverted and the inverse
/// multiplied, nothing is refined. For teaching: the condition number of X counts twice in its error, and a singular
/// matrix goes unnoticed but for what comes out. `warning` says so. n·d² + 2·d³ flops.
LeastSquaresRun solve_by_normal_inverse(EmpiricalRisk& risk, const Monitor& monitor);

}  // namespace plumbline
