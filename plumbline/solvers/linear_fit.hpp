#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/losses/loss.hpp"
#include "plumbline/solvers/exact_least_squares_rows.hpp"
#include "plumbline/solvers/least_squares_inference.hpp"
#include "plumbline/solvers/options.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// A linear model in the user's units: eta = (x − center) W + b.
struct LinearSolution {
  std::vector<double> coefficients;                            ///< (p, K): coefficients[j·K + k]
  std::vector<double> center;                                  ///< (p); all zero for sparse rows
  std::vector<double> center_intercept;                        ///< (K)
  std::vector<double> coefficients_low, center_intercept_low;  ///< what double has no room for; empty: 0
};

struct LinearFitOptions {
  SolverChoice solver = SolverChoice::automatic;
  SolverOptions solver_options;
  double l2 = 0;
  bool standardize = true;  ///< the penalty acts on the coefficients of standardised features
  bool intercept = true;
  std::vector<std::string> feature_names;  ///< (p), for what the report names
  std::vector<double> penalty_factors;     ///< (p), or empty: 1 for all
  bool firth = false;                      ///< binary logistic: Firth's penalty instead of l2, which must be 0
  std::string loss_name;                   ///< as users spell it, for refusals
  std::vector<PolynomialTerms> polynomials;
  std::vector<std::string> output_labels;  ///< (K): the class or label that a larger eta speaks for; may be empty
  /// Called once an iteration with the model as it then stands; empty: nobody traces. The test loss is the caller's to
  /// fill in.
  std::function<void(TracePoint, const LinearSolution&)> trace;
};

struct LinearFit {
  LinearSolution solution;
  SolveReport report;
  Moments moments;
  std::optional<ExactCoefficients> exact;          ///< least squares, where it was solved in double-double
  std::optional<LeastSquaresInference> inference;  ///< least squares at l2 = 0 and full rank
  double variance = 0;                             ///< gaussian: σ²
  std::string warning;                             ///< of the way it was solved; empty: none
  double risk = 0;  ///< mean loss over the training rows at the solution, without the penalty
};

/// Fits a linear model by minimising the empirical risk of `loss` over `source`: moments, coordinates, null model,
/// solver, certificate, verdict, and back to the user's units. Numerical outcomes are in the report. Throws UsageError
/// for a solver that does not serve the loss, DataError where a column's range overflows a double, Cancelled.
LinearFit fit_linear(RowSource& source, const Loss& loss, const LinearFitOptions& options, Progress& progress);

}  // namespace plumbline
