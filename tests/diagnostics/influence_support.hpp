#pragma once

#include <cmath>
#include <vector>

#include "plumbline/data/moments.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/newton.hpp"
#include "support/oracle.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

/// A problem with its risk and optimum, by Newton's method to where rounding stops it.
struct FittedProblem {
  FittedProblem(Problem& problem, double l2, bool intercept = true, std::size_t block_rows = 0, bool standardize = true)
      : source(problem.source(block_rows)),
        moments(column_moments(source)),
        risk(source, standardized_coordinates(moments, intercept, standardize), problem.loss, l2, moments.weight_sum) {
    w = minimise(risk, risk.null_model());
  }

  static Vector minimise(EmpiricalRisk& risk, const Vector& start) {
    Monitor monitor;
    monitor.null_value = risk.along(start, start, 0).value;
    return minimise_by_newton(risk, start, NewtonOptions{}, monitor).w;
  }

  MemorySource source;
  Moments moments;
  EmpiricalRisk risk;
  Vector w;
};

/// Rows of a problem with one copy of row i taken out (all of it where its weight is below 1), and how much that is.
struct WithoutCopy {
  WithoutCopy(const Problem& full, std::size_t i) : problem(full) {
    if (problem.weight.empty()) problem.weight.assign(problem.rows, 1);
    for (const double s : problem.weight) total += s;
    copy = std::fmin(problem.weight[i], 1);
    problem.weight[i] -= copy;
  }
  /// The l2 that keeps the penalty in all, n·l2.
  double l2(double of_full) const { return of_full * total / (total - copy); }

  Problem problem;
  double total = 0, copy = 1;
};

/// Weights of the refit without one copy of row i, in the full fit's coordinates.
inline Vector refit_without(const FittedProblem& full, const Problem& problem, std::size_t i) {
  WithoutCopy without(problem, i);
  MemorySource source = without.problem.source();
  EmpiricalRisk risk(source, full.risk.coordinates(), problem.loss, without.l2(full.risk.l2()),
                     without.total - without.copy);
  return FittedProblem::minimise(risk, full.w);
}

/// x̃ of a row (d), as the textbook writes it.
inline Vector solver_row(const Problem& problem, const Coordinates& at, std::size_t i) {
  Vector x = Vector::Ones(static_cast<Eigen::Index>(at.dimension()));
  for (std::size_t j = 0; j < problem.columns; ++j) {
    x[static_cast<Eigen::Index>(j)] = (problem.at(i, j) - at.center[j]) * at.scale[j];
  }
  return x;
}

/// A weighted problem with weights 0, 1, 2 and the same rows written out; row[k] is where row k of the second comes
/// from.
struct RepeatedRows {
  explicit RepeatedRows(const ProblemShape& shape, std::uint64_t seed) : weighted(random_problem(shape, seed)) {
    weighted.weight.clear();
    for (std::size_t i = 0; i < weighted.rows; ++i) {
      weighted.weight.push_back(static_cast<double>(i % 3));
      for (std::size_t copy = 0; copy < i % 3; ++copy) row.push_back(i);
    }
    repeated = pick_rows(weighted, row);
    repeated.weight.clear();
  }
  Problem weighted, repeated;
  std::vector<std::size_t> row;
};

}  // namespace plumbline::testing
