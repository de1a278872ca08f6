#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/linalg/double_double_qr.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/exact_least_squares_rows.hpp"
#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

/// Operations in double-double (n·d²) up to which the exact path is taken without asking: some 50 ms.
inline constexpr double kAlwaysExact = 2e6;
/// Up to which it is worth its time where digits would be lost else: some seconds.
inline constexpr double kAffordablyExact = 2e8;

/// n·d².
double exact_cost(EmpiricalRisk& risk);

/// Least squares, or ridge, to the last digits of double: QR of the rows and refinement of the augmented system in
/// double-double (after Björck 1967), means, scales and polynomial terms included; coefficients stay double-double
/// until they are in the user's units. Nothing is rounded but the input, so that the error is that of the data as read,
/// up to a condition number of about 1e16. Rows go through in leaves of fixed size, so the block size changes no bit.
/// None where columns depend on each other to double's precision or a number is not finite: the ordinary QR then tells
/// more. 2·n·d² double-double operations for the factor, 2·n·d for each of the (one to four) refinements; d² memory.
std::optional<LeastSquaresRun> solve_exactly(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                                             const std::vector<PolynomialTerms>& polynomials);

/// A point with what the refinement needs of it, in the columns of ExactRows.
struct ExactPoint {
  std::vector<DoubleDouble> w;
  DoubleDouble residual_squares;       ///< Σ s r², r = y − Xw
  std::vector<DoubleDouble> gradient;  ///< Xᵀ S r − penalty: Σs times −∇f
};

/// The point at w, residuals taken in double-double. One pass over the rows in parallel, the same bits for any threads
/// and block size; about 20 ns a cell.
ExactPoint exact_point(EmpiricalRisk& risk, const ExactRows& rows, std::vector<DoubleDouble> w, Progress& progress);

/// Solves (XᵀS X + penalty) step = gradient approximately, and tells the squared length gradientᵀ·step.
struct ExactStep {
  std::vector<DoubleDouble> step;
  double squares = 0;
};
using SolveStep = std::function<ExactStep(const std::vector<DoubleDouble>&)>;

/// Where a refinement begins, and what takes it further.
struct ExactStart {
  std::vector<DoubleDouble> w;
  SolveStep solve;
};

/// w ← w + step until the decrement gradientᵀ·step no longer falls: Björck's refinement with residuals in
/// double-double. Leaves the solution, its value, gradient, decrement and exact coefficients in `result`, and returns
/// the last point.
ExactPoint refine_exactly(EmpiricalRisk& risk, const ExactRows& rows, ExactStart start, LeastSquaresRun& result,
                          const Monitor& monitor);

}  // namespace plumbline
