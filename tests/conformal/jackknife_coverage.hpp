#pragma once

#include <string>
#include <vector>

#include "conformal/coverage.hpp"
#include "diagnostics/influence_support.hpp"
#include "plumbline/conformal/jackknife_plus.hpp"

namespace plumbline::testing {

/// Coverage of the jackknife+ intervals of a fit to some rows, on others.
inline double jackknife_coverage(const Problem& pool, const std::vector<std::size_t>& chosen, std::size_t training,
                                 double miscoverage) {
  Problem train = pick_rows(pool, {chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(training)});
  const Problem test = pick_rows(pool, {chosen.begin() + static_cast<std::ptrdiff_t>(training), chosen.end()});
  FittedProblem fit(train, 0.01);
  const LeastSquaresRoot root = least_squares_root(fit.risk, fit.w);
  Matrix query(fit.w.size(), static_cast<Eigen::Index>(test.rows));
  for (std::size_t i = 0; i < test.rows; ++i) {
    query.col(static_cast<Eigen::Index>(i)) = solver_row(test, fit.risk.coordinates(), i);
  }
  const Vector prediction = query.transpose() * fit.w;
  const std::vector<Interval> intervals =
      JackknifePlus(fit.risk, root).intervals(query, {prediction.begin(), prediction.end()}, miscoverage);
  return summarise_intervals(intervals, test.target.data(), nullptr).coverage;
}

/// At least 1 − 2α, its guarantee.
inline void expect_jackknife_coverage(const Problem& pool, const SplitSizes& sizes) {
  for (const double a : kMiscoverages) {
    Deviations deviations;
    for (std::size_t split = 0; split < sizes.splits; ++split) {
      const auto chosen = drawn_rows(pool.rows, sizes.calibration + sizes.test, split);
      deviations.add(jackknife_coverage(pool, chosen, sizes.calibration, a) - (1 - 2 * a), 0);
    }
    deviations.expect_none(true, "jackknife+ " + std::to_string(a));
  }
}

}  // namespace plumbline::testing
