#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plumbline/data/encode.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/solvers/least_squares.hpp"

namespace plumbline::testing {

/// Least squares on rows in memory with all that a solver needs around it; `polynomial` > 1 appends the powers of the
/// only column, rounded to double.
class LeastSquaresProblem final {
 public:
  LeastSquaresProblem(const std::vector<double>& x, std::size_t columns, std::vector<double> y, std::size_t polynomial,
                      bool intercept, double l2 = 0, std::size_t block_rows = 0)
      : columns_(columns * polynomial), y_(std::move(y)) {
    for (std::size_t i = 0; i < y_.size(); ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        std::vector<DoubleDouble> powers(polynomial);
        double_double_powers(x[i * columns + j], polynomial, powers.data());
        for (const DoubleDouble& power : powers) x_.push_back(power.high);
      }
    }
    if (polynomial > 1) terms_.push_back({0, polynomial});
    source_ = std::make_unique<MemorySource>(DenseView{x_.data(), y_.size(), columns_, columns_, Scalar::f64, 1},
                                             y_.data(), 1, nullptr, block_rows);
    const Moments moments = column_moments(*source_);
    risk_ = std::make_unique<EmpiricalRisk>(*source_, standardized_coordinates(moments, intercept, true), SquaredLoss{},
                                            l2, moments.weight_sum);
    start_ = risk_->null_model();
    monitor_.null_value = risk_->along(start_, start_, 0).value;
    monitor_.progress = &silent_progress();
  }

  LeastSquaresRun solve(SolverChoice choice) { return solve_least_squares(*risk_, start_, choice, monitor_, terms_); }
  EmpiricalRisk& risk() { return *risk_; }
  const Vector& start() const { return start_; }
  const Monitor& monitor() const { return monitor_; }
  const std::vector<PolynomialTerms>& terms() const { return terms_; }

 private:
  std::size_t columns_;
  std::vector<double> x_, y_;
  std::vector<PolynomialTerms> terms_;
  std::unique_ptr<MemorySource> source_;
  std::unique_ptr<EmpiricalRisk> risk_;
  Vector start_;
  Monitor monitor_;
};

/// The intercept at x = 0, if there is one, then the coefficients: as NIST counts them.
inline std::vector<double> raw_coefficients(const LeastSquaresRun& run, bool intercept) {
  std::vector<double> all;
  if (intercept) all.push_back(run.exact->intercept);
  all.insert(all.end(), run.exact->coefficients.begin(), run.exact->coefficients.end());
  return all;
}

inline std::vector<double> raw_standard_errors(const LeastSquaresRun& run, bool intercept) {
  std::vector<double> all;
  if (intercept) all.push_back(run.inference->intercept_standard_error);
  all.insert(all.end(), run.inference->standard_errors.begin(), run.inference->standard_errors.end());
  return all;
}

}  // namespace plumbline::testing
