#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "conformal/class_pool.hpp"
#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/conformal/intervals.hpp"
#include "plumbline/conformal/threshold.hpp"

namespace plumbline::testing {

// What a random split of a fixed pool into calibration and test rows must show: a test row and the n calibration rows
// are exchangeable, so that coverage is ⌈(n+1)(1−α)⌉/(n+1) in expectation, whatever the pool, if no two scores are
// equal, and at least that if some are.

inline constexpr std::array kMiscoverages{0.01, 0.05, 0.1, 0.2};

/// Coverage minus its exact expectation, over the splits.
class Deviations final {
 public:
  /// `variance`: what theory says of a single one, 0 if it says nothing.
  void add(double deviation, double variance) {
    if (std::isnan(deviation)) return;  // no test row of that class
    ++count_;
    const double from_mean = deviation - mean_;
    mean_ += from_mean / static_cast<double>(count_);
    squares_ += from_mean * (deviation - mean_);
    variances_ += variance;
  }
  double mean() const { return mean_; }
  /// Estimated over the splits. Fifty coverages of a handful of rows are so skewed that the estimate may come out at
  /// half of what it should be: never less than the exact one.
  double standard_error() const {
    if (count_ < 2) return HUGE_VAL;
    const auto n = static_cast<double>(count_);
    return std::sqrt(std::max(squares_ / (n - 1), variances_ / n) / n);
  }
  /// Within four standard errors; from below only where coverage may be larger than its bound. 1e-12: rounding of
  /// coverages that do not vary at all.
  void expect_none(bool one_sided, const std::string& what) const {
    const double bound = 4 * standard_error() + 1e-12;
    EXPECT_GE(mean(), -bound) << what << ", " << count_ << " splits";
    if (one_sided) return;
    EXPECT_LE(mean(), bound) << what << ", " << count_ << " splits";
  }

 private:
  std::size_t count_ = 0;
  double mean_ = 0, squares_ = 0, variances_ = 0;
};

inline double exact_coverage(double rows, double miscoverage) {
  const auto rank = conformal_rank(static_cast<std::uint64_t>(rows), miscoverage);
  return std::min(static_cast<double>(rank) / (rows + 1), 1.0);
}

/// Variance of the coverage of `test` rows: a beta-binomial share with parameters rank and n + 1 − rank (Vovk 2012).
inline double exact_variance(double rows, double miscoverage, double test) {
  const double a = exact_coverage(rows, miscoverage) * (rows + 1), b = rows + 1 - a, sum = rows + 1;
  return test > 0 ? a * b * (sum + test) / (test * sum * sum * (sum + 1)) : 0;
}

/// How many rows of a pool a split takes.
struct SplitSizes {
  std::size_t splits = 50, calibration = 250, test = 250;
};

/// One way to make sets, and what its coverage came to.
struct ClassCell {
  ConformalOptions options;
  bool one_sided = false;
  std::string name{};
  std::vector<Deviations> by_threshold{};  ///< (1), or (m) class-conditional
};

/// Every method, α and switch. Ties (of probabilities that are 1, of sums that are 1) go away when they are broken by a
/// draw; sets that are filled cover more.
inline std::vector<ClassCell> class_cells(std::size_t classes, bool ties) {
  std::vector<ClassCell> cells;
  for (const ConformalMethod method : {ConformalMethod::lac, ConformalMethod::aps, ConformalMethod::raps}) {
    for (const bool randomized : {false, true}) {
      for (const bool conditional : {false, true}) {
        for (const bool empty : {true, false}) {
          if (!empty && (conditional || method == ConformalMethod::raps)) continue;
          for (const double a : kMiscoverages) {
            ClassCell cell;
            cell.options = {method, a, conditional, randomized, empty, 0.01, 2};
            cell.one_sided = !empty || (!randomized && (ties || method != ConformalMethod::lac));
            cell.name = std::string(name_of(method)) + (randomized ? " randomized" : "") +
                        (conditional ? " by class" : "") + (empty ? "" : " filled") + " " + std::to_string(a);
            cell.by_threshold.resize(conditional ? classes : 1);
            cells.push_back(cell);
          }
        }
      }
    }
  }
  return cells;
}

/// Sets a threshold by the first rows and adds what the rows after them show.
inline void add_split(const ClassPool& rows, const Calibrator* calibrator, const SplitSizes& sizes, std::uint64_t seed,
                      ClassCell& cell) {
  const std::size_t begin = rows.rows() - sizes.calibration - sizes.test;
  const ClassOutputs calibration = rows.view(begin, sizes.calibration);
  const ClassOutputs test = rows.view(begin + sizes.calibration, sizes.test);
  const ConformalRule rule =
      conformal_class_rule({&calibration, calibrator, {seed, RowDraws::kCalibration, nullptr}}, cell.options);
  const SetSummary summary = summarise_class_sets({&test, calibrator, {seed, RowDraws::kPrediction, nullptr}}, rule);
  for (std::size_t k = 0; k < rule.threshold.size(); ++k) {
    const double coverage = cell.options.class_conditional ? summary.class_coverage[k] : summary.coverage;
    const double a = cell.options.miscoverage, n = rule.rows[k];
    const double counted = cell.options.class_conditional
                               ? static_cast<double>(std::count(test.label, test.label + test.rows(), k))
                               : static_cast<double>(sizes.test);
    cell.by_threshold[k].add(coverage - exact_coverage(n, a), exact_variance(n, a, counted));
  }
}

inline std::vector<std::size_t> drawn_rows(std::size_t pool, std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order = random_order(pool, seed);
  order.resize(count);
  return order;
}

inline void expect_class_coverage(const ClassPool& pool, bool ties, const SplitSizes& sizes) {
  std::vector<ClassCell> cells = class_cells(pool.classes, ties);
  for (std::size_t split = 0; split < sizes.splits; ++split) {
    const ClassPool rows = pool.arranged(drawn_rows(pool.rows(), sizes.calibration + sizes.test, split));
    for (ClassCell& cell : cells) add_split(rows, nullptr, sizes, split, cell);
  }
  for (const ClassCell& cell : cells) {
    for (std::size_t k = 0; k < cell.by_threshold.size(); ++k) {
      cell.by_threshold[k].expect_none(cell.one_sided, cell.name + ", threshold " + std::to_string(k));
    }
  }
}

/// The same through every calibrator, each fitted by as many rows as set the threshold, but others.
inline void expect_calibrated_coverage(const ClassPool& pool, const SplitSizes& sizes) {
  for (const CalibrationMethod calibration : kCalibrationMethods) {
    std::vector<ClassCell> cells;
    for (ClassCell& cell : class_cells(pool.classes, true)) {
      const bool wanted = cell.options.method != ConformalMethod::raps && cell.options.allow_empty;
      if (wanted && !cell.options.class_conditional) cells.push_back(cell);
    }
    for (std::size_t split = 0; split < sizes.splits; ++split) {
      const std::size_t count = 2 * sizes.calibration + sizes.test;
      const ClassPool rows = pool.arranged(drawn_rows(pool.rows(), count, split));
      const Calibrator calibrator = fit_calibrator(calibration, rows.view(0, sizes.calibration)).calibrator;
      for (ClassCell& cell : cells) add_split(rows, &calibrator, sizes, split, cell);
    }
    for (const ClassCell& cell : cells) {
      cell.by_threshold[0].expect_none(cell.one_sided, name_of(calibration) + (", " + cell.name));
    }
  }
}

/// Predictions of rows whose target is known: mean and log-variance, and two quantiles.
struct NumberPool {
  std::vector<double> y, mean, quantiles;  ///< (n), (n, 2), (n, 2)

  std::size_t rows() const { return y.size(); }
};

inline NumberPool random_numbers(std::size_t rows, std::uint64_t seed) {
  Draws draws(seed);
  NumberPool pool;
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = draws.normal(), sd = std::exp(0.5 * x);
    pool.y.push_back(x * x + sd * draws.normal());
    pool.mean.insert(pool.mean.end(), {x + 1, 0.8 * x});  // neither mean nor variance is right
    pool.quantiles.insert(pool.quantiles.end(), {x - sd, 1 + x * x + 0.7 * sd});
  }
  return pool;
}

inline void expect_interval_coverage(const NumberPool& pool, const SplitSizes& sizes) {
  for (const ConformalMethod method : {ConformalMethod::absolute, ConformalMethod::scaled, ConformalMethod::cqr}) {
    for (const double a : kMiscoverages) {
      ConformalOptions options;
      options.method = method;
      options.miscoverage = a;
      options.allow_empty = true;
      Deviations deviations;
      const std::vector<double>& from = method == ConformalMethod::cqr ? pool.quantiles : pool.mean;
      for (std::size_t split = 0; split < sizes.splits; ++split) {
        std::vector<double> y, prediction;
        for (const std::size_t i : drawn_rows(pool.rows(), sizes.calibration + sizes.test, split)) {
          y.push_back(pool.y[i]);
          prediction.insert(prediction.end(), {from[2 * i], from[2 * i + 1]});
        }
        const ConformalRule rule =
            conformal_interval_rule({prediction.data(), 2, y.data(), nullptr, sizes.calibration}, options);
        const SetSummary summary = summarise_intervals(
            {prediction.data() + 2 * sizes.calibration, 2, y.data() + sizes.calibration, nullptr, sizes.test}, rule);
        const auto n = static_cast<double>(sizes.calibration);
        deviations.add(summary.coverage - exact_coverage(n, a), exact_variance(n, a, static_cast<double>(sizes.test)));
      }
      deviations.expect_none(false, std::string(name_of(method)) + " " + std::to_string(a));
    }
  }
}

}  // namespace plumbline::testing
