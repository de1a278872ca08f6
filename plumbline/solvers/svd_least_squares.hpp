#pragma once

#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

/// Least squares by the pseudo-inverse, w = X⁺y (subject C.4.2): QR of the rows, then the singular values of R. Shows
/// the condition number exactly. At full rank refined with residuals in double-double; else the solution of minimum
/// norm in standardised coordinates, verdict rank_deficient, the dependent columns named. 2·n·d² + 20·d³ flops.
LeastSquaresRun solve_by_svd(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                             const std::vector<PolynomialTerms>& polynomials = {});

}  // namespace plumbline
