#pragma once

#include <string>
#include <vector>

#include "plumbline/data/moments.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// Weights in solver coordinates → coefficients in the user's units. Of sparse rows the centre goes into the intercept.
LinearSolution to_user_units(const EmpiricalRisk& risk, const Vector& w, bool sparse);

/// ‖∇f‖ in the coordinates the penalty was asked for: the solver's own if standardised, else the user's.
double reported_gradient_norm(const EmpiricalRisk& risk, const Vector& gradient, bool standardize);

/// Softmax is unchanged by a common shift of all classes; here the representative with zero sums (design.md §1).
void sum_to_zero(const EmpiricalRisk& risk, Vector& w);

/// Throws DataError for a column whose range overflows a double.
void check_range(const Moments& moments, const std::vector<std::string>& names);

}  // namespace plumbline
