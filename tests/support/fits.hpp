#pragma once

#include <cmath>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/solvers/linear_fit.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

inline LinearFitOptions fit_options(SolverChoice solver, double l2, bool standardize = true, bool intercept = true) {
  LinearFitOptions options;
  options.solver = solver;
  options.l2 = l2;
  options.standardize = standardize;
  options.intercept = intercept;
  return options;
}

inline LinearFit fit(Problem& problem, const LinearFitOptions& options, std::size_t block_rows = 0) {
  MemorySource source = problem.source(block_rows);
  return fit_linear(source, problem.loss, options, silent_progress());
}

/// Linear predictors of all rows, (n, K), summed in long double.
inline std::vector<double> predictions(const Problem& problem, const LinearSolution& solution) {
  const std::size_t outputs = solution.center_intercept.size();
  std::vector<double> eta;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t k = 0; k < outputs; ++k) {
      long double sum = solution.center_intercept[k];
      for (std::size_t j = 0; j < problem.columns; ++j) {
        const long double offset = static_cast<long double>(problem.at(i, j)) - solution.center[j];
        sum += offset * solution.coefficients[j * outputs + k];
      }
      eta.push_back(static_cast<double>(sum));
    }
  }
  return eta;
}

/// The intercepts for x itself: b − center·W.
inline std::vector<double> raw_intercept(const LinearSolution& solution) {
  const std::size_t outputs = solution.center_intercept.size();
  std::vector<double> intercept;
  for (std::size_t k = 0; k < outputs; ++k) {
    long double sum = solution.center_intercept[k];
    for (std::size_t j = 0; j < solution.center.size(); ++j) {
      sum -= static_cast<long double>(solution.center[j]) * solution.coefficients[j * outputs + k];
    }
    intercept.push_back(static_cast<double>(sum));
  }
  return intercept;
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const double difference = std::fabs(a[i] - b[i]);
    if (!(difference <= largest)) largest = std::isnan(difference) ? HUGE_VAL : difference;
  }
  return largest;
}

inline double largest_size(const std::vector<double>& a) {
  double largest = 0;
  for (const double value : a) largest = std::fmax(largest, std::fabs(value));
  return largest;
}

}  // namespace plumbline::testing
