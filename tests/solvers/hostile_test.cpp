// Designs and numbers that break naive code: rank deficiency, constants, one row, extreme magnitudes, separation.
#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "support/fits.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

using Names = std::vector<std::string>;

LinearFitOptions named(LinearFitOptions options, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) options.feature_names.push_back(std::string(1, static_cast<char>('a' + j)));
  return options;
}

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// Minimum norm in standardised coordinates, by the SVD of the standardised design; coefficients in user units.
std::vector<double> minimum_norm(Problem& problem) {
  MemorySource source = problem.source();
  const Coordinates at = standardized_coordinates(column_moments(source), true, true);
  const Oracle oracle(problem, at, 0);
  Eigen::BDCSVD<Matrix> svd(oracle.design().cast<double>(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  svd.setThreshold(1e-10);
  const Vector w = svd.solve(Eigen::Map<const Vector>(problem.target.data(), static_cast<Eigen::Index>(problem.rows)));
  std::vector<double> coefficients;
  for (std::size_t j = 0; j < problem.columns; ++j)
    coefficients.push_back(w[static_cast<Eigen::Index>(j)] * at.scale[j]);
  return coefficients;
}

class Direct : public ::testing::TestWithParam<SolverChoice> {};
INSTANTIATE_TEST_SUITE_P(Solvers, Direct, ::testing::Values(SolverChoice::cholesky, SolverChoice::qr),
                         [](const auto& instance) { return std::string(name_of(instance.param)); });

TEST_P(Direct, ADuplicateColumnIsNamedAndSharesItsCoefficient) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    Problem problem = random_problem({50, 4, LossKind::squared, storage, false}, 71);
    for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 2) = 1000 * problem.at(i, 0);
    const LinearFit got = fit(problem, named(fit_options(GetParam(), 0), 4));
    EXPECT_EQ(got.report.verdict, Verdict::rank_deficient);
    ASSERT_EQ(got.report.collinear.size(), 1U);
    EXPECT_EQ(sorted(got.report.collinear[0]), (Names{"a", "c"}));
    EXPECT_FALSE(got.report.advice.empty());
    EXPECT_LE(largest_difference(got.solution.coefficients, minimum_norm(problem)), 1e-12);
    EXPECT_NEAR(got.solution.coefficients[0], 1000 * got.solution.coefficients[2], 1e-12);
  }
}

TEST_P(Direct, DummiesThatSumToOneDependOnTheIntercept) {
  Problem problem = random_problem({60, 4, LossKind::squared, Storage::f64, false}, 72);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t j = 0; j < 3; ++j) problem.at(i, j) = i % 3 == j ? 1 : 0;
  }
  const LinearFit got = fit(problem, named(fit_options(GetParam(), 0), 4));
  EXPECT_EQ(got.report.verdict, Verdict::rank_deficient);
  ASSERT_EQ(got.report.collinear.size(), 1U);
  // Centred, the three dummies depend on each other without the intercept; d does not take part.
  EXPECT_EQ(sorted(got.report.collinear[0]), (Names{"a", "b", "c"}));
  EXPECT_LE(largest_difference(got.solution.coefficients, minimum_norm(problem)), 1e-12);
}

TEST_P(Direct, FewerRowsThanColumnsInterpolates) {
  Problem problem = random_problem({6, 10, LossKind::squared, Storage::f64, false}, 73);
  const LinearFit got = fit(problem, fit_options(GetParam(), 0));
  EXPECT_EQ(got.report.verdict, Verdict::rank_deficient);
  EXPECT_EQ(got.report.collinear.size(), 5U);  // 11 coordinates, 6 rows
  EXPECT_LE(largest_difference(predictions(problem, got.solution), problem.target), 1e-12);
  EXPECT_LE(largest_difference(got.solution.coefficients, minimum_norm(problem)), 1e-12);
  EXPECT_NEAR(got.report.objective, 0, 1e-25);
  // A penalty makes it unique.
  EXPECT_EQ(fit(problem, fit_options(GetParam(), 0.1)).report.verdict, Verdict::optimal);
}

TEST_P(Direct, AConstantColumnGetsZeroAndIsNoDeficiency) {
  for (const double l2 : {0.0, 0.1}) {
    for (const bool standardize : {true, false}) {
      for (const Storage storage : {Storage::f64, Storage::csr}) {
        Problem problem = random_problem({50, 3, LossKind::squared, storage, false}, 74);
        Problem without = problem;
        without.columns = 2;
        without.x.clear();
        for (std::size_t i = 0; i < problem.rows; ++i) {
          problem.at(i, 0) *= 1e6;
          problem.at(i, 1) = 7.1;
          problem.at(i, 2) *= 1e-6;
          without.x.push_back(problem.at(i, 0));
          without.x.push_back(problem.at(i, 2));
        }
        const LinearFit got = fit(problem, fit_options(GetParam(), l2, standardize));
        const LinearFit expected = fit(without, fit_options(GetParam(), l2, standardize));
        EXPECT_EQ(got.report.verdict, Verdict::optimal) << l2 << standardize << name_of(storage);
        EXPECT_TRUE(got.report.collinear.empty());
        EXPECT_EQ(got.solution.coefficients[1], 0);
        EXPECT_LE(largest_difference(predictions(problem, got.solution), predictions(without, expected.solution)),
                  1e-11)
            << l2 << standardize << name_of(storage);
      }
    }
  }
}

TEST_P(Direct, OneRow) {
  Problem problem = random_problem({1, 3, LossKind::squared, Storage::f64, false}, 75);
  const LinearFit got = fit(problem, fit_options(GetParam(), 0));
  // Every column is constant: the intercept alone says it all.
  EXPECT_EQ(got.report.verdict, Verdict::optimal) << got.report.gap_reason;
  EXPECT_EQ(got.solution.coefficients, (std::vector<double>{0, 0, 0}));
  EXPECT_NEAR(got.solution.center_intercept[0], problem.target[0], 1e-15 * std::fabs(problem.target[0]));
}

/// Column j of `problem` becomes factor·x + offset; the fit must predict the same.
void expect_same_predictions_moved(SolverChoice solver, LossKind loss, double factor, double offset, double tolerance) {
  Problem plain = random_problem({80, 3, loss, Storage::f64, false}, 76);
  Problem moved = plain;
  for (std::size_t i = 0; i < plain.rows; ++i) {
    moved.at(i, 1) = factor * plain.at(i, 1) + offset;
    if (offset != 0) plain.at(i, 1) = (moved.at(i, 1) - offset) / factor;  // what is left after rounding
  }
  const LinearFit expected = fit(plain, fit_options(solver, 0.01)), got = fit(moved, fit_options(solver, 0.01));
  EXPECT_EQ(got.report.verdict, Verdict::optimal) << name_of(loss) << factor << " " << offset << got.report.advice;
  const std::vector<double> eta = predictions(plain, expected.solution);
  EXPECT_LE(largest_difference(predictions(moved, got.solution), eta), tolerance * (1 + largest_size(eta)))
      << name_of(loss) << factor << " " << offset;
}

TEST(Hostile, ColumnsOfExtremeMagnitude) {
  for (const SolverChoice solver : {SolverChoice::cholesky, SolverChoice::qr, SolverChoice::newton}) {
    for (const double factor : {1e-300, 1e-160, 1e-20, 1e20, 1e160, 2e307}) {
      expect_same_predictions_moved(solver, LossKind::squared, factor, 0, 1e-10);
    }
  }
  for (const double factor : {1e-300, 1e-160, 1e160, 2e307}) {
    expect_same_predictions_moved(SolverChoice::newton, LossKind::softmax, factor, 0, 1e-10);
    expect_same_predictions_moved(SolverChoice::lbfgs, LossKind::logistic, factor, 0, 1e-4);
  }
}

// Mean 1e9 and standard deviation 1e-3: a cell has 1e-16·1e9/1e-3 = 1e-4 relative left, which both sides see alike; the
// mean is known to an ulp of 1e9, 1e-7, that is 1e-4 of a standard deviation, and moves the intercept only.
TEST(Hostile, AHugeOffsetCostsNothingThatTheCellsStillHold) {
  for (const SolverChoice solver : {SolverChoice::cholesky, SolverChoice::qr, SolverChoice::newton}) {
    expect_same_predictions_moved(solver, LossKind::squared, 1e-3, 1e9, 1e-9);
  }
  expect_same_predictions_moved(SolverChoice::newton, LossKind::logistic, 1e-3, 1e9, 1e-9);
}

TEST(Hostile, ARangeBeyondTheDoublesIsBadDataWithTheColumnsName) {
  Problem problem = random_problem({10, 2, LossKind::squared, Storage::f64, false}, 77);
  for (std::size_t i = 0; i < 10; ++i) problem.at(i, 1) = i % 2 == 0 ? 1.5e308 : -1.5e308;
  try {
    (void)fit(problem, named(fit_options(SolverChoice::automatic, 0), 2));
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().column, "b");
  }
}

TEST(Hostile, HugeTargetsAreAnOutcomeNotACrash) {
  for (const SolverChoice solver :
       {SolverChoice::cholesky, SolverChoice::qr, SolverChoice::newton, SolverChoice::lbfgs, SolverChoice::gd}) {
    for (const double factor : {1e100, 1e150, 1e200, 1e308}) {
      Problem problem = random_problem({30, 2, LossKind::squared, Storage::f64, false}, 78);
      Problem plain = problem;
      for (std::size_t i = 0; i < 30; ++i) problem.target[i] = factor * (plain.target[i] / 10);
      LinearFitOptions options = fit_options(solver, 0);
      if (solver == SolverChoice::gd) options.solver_options.max_iterations = 10;
      const LinearFit got = fit(problem, options);
      if (factor >= 1e200) {
        EXPECT_EQ(got.report.verdict, Verdict::non_finite) << name_of(solver) << factor;  // ½y² is no double
      } else if (is_direct(solver)) {
        EXPECT_EQ(got.report.verdict, Verdict::optimal) << name_of(solver) << factor;
        const std::vector<double> eta = predictions(plain, fit(plain, options).solution);
        std::vector<double> scaled = predictions(problem, got.solution);
        for (double& value : scaled) value = value / factor * 10;
        EXPECT_LE(largest_difference(scaled, eta), 1e-12 * largest_size(eta)) << name_of(solver) << factor;
      }
    }
  }
}

Problem separable(LossKind loss) {
  Problem problem = random_problem({40, 3, loss, Storage::f64, false}, 79);
  for (std::size_t i = 0; i < 40; ++i) {
    if (loss == LossKind::softmax) {
      const auto truth = static_cast<std::size_t>(problem.target[i]);
      problem.at(i, 0) += truth == 0 ? 100 : 0;
      problem.at(i, 1) += truth == 1 ? 100 : 0;
    } else {
      problem.at(i, 1) += problem.target[i] == 1 ? 10 : -10;
    }
  }
  return problem;
}

TEST(Separation, IsSaidAndNamed) {
  for (const LossKind loss : {LossKind::logistic, LossKind::softmax}) {
    for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs}) {
      Problem problem = separable(loss);
      LinearFitOptions options = named(fit_options(solver, 0), 3);
      options.output_labels = loss == LossKind::logistic ? Names{"yes"} : Names{"p", "q", "r"};
      const LinearFit got = fit(problem, options);
      EXPECT_EQ(got.report.verdict, Verdict::separated) << name_of(loss) << name_of(solver);
      ASSERT_FALSE(got.report.separated.empty());
      EXPECT_NE(got.report.advice.find("l2"), std::string::npos);
      if (loss != LossKind::logistic) continue;
      EXPECT_EQ(got.report.separated[0].feature, "b");
      EXPECT_EQ(got.report.separated[0].direction, '+');
      EXPECT_EQ(got.report.separated[0].label, "yes");
    }
  }
}

// One label that can be told apart perfectly has no finite optimum, whatever the others do.
TEST(Separation, OfOneLabelAmongSeveral) {
  Problem problem = random_problem({60, 3, LossKind::multilabel, Storage::f64, false}, 80);
  for (std::size_t i = 0; i < 60; ++i) problem.at(i, 1) += problem.target[i * 3 + 2] == 1 ? 10 : -10;
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs}) {
    LinearFitOptions options = named(fit_options(solver, 0), 3);
    options.output_labels = {"l0", "l1", "l2"};
    const LinearFit got = fit(problem, options);
    EXPECT_EQ(got.report.verdict, Verdict::separated) << name_of(solver) << name_of(got.report.verdict);
    for (const auto& separation : got.report.separated) EXPECT_EQ(separation.label, "l2");
  }
}

TEST(Separation, APenaltyHasAnOptimum) {
  for (const LossKind loss : {LossKind::logistic, LossKind::softmax}) {
    Problem problem = separable(loss);
    EXPECT_EQ(fit(problem, fit_options(SolverChoice::newton, 1e-4)).report.verdict, Verdict::optimal);
    EXPECT_EQ(fit(problem, fit_options(SolverChoice::lbfgs, 1e-4)).report.verdict, Verdict::optimal);
  }
}

// A quasi-separated table (one row of the other class on the plane itself) has its optimum at infinity as well, but no
// plane keeps every row at a distance. What must not happen is a claim of an optimum.
TEST(Separation, OnThePlaneItselfIsNeverCalledOptimal) {
  Problem problem;
  problem.loss = LogisticLoss{1};
  problem.columns = 1;
  problem.x = {-2, -1, 0, 0, 1, 2};
  problem.target = {0, 0, 0, 1, 1, 1};
  problem.rows = 6;
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs}) {
    const LinearFit got = fit(problem, fit_options(solver, 0));
    EXPECT_NE(got.report.verdict, Verdict::optimal) << name_of(solver);
    EXPECT_NE(got.report.verdict, Verdict::completed) << name_of(solver) << ": nobody asked it to stop";
  }
}

TEST(Hostile, CollinearColumnsDoNotStopNewton) {
  for (const double l2 : {0.0, 0.01}) {
    for (const LossKind loss : {LossKind::logistic, LossKind::softmax}) {
      Problem problem = random_problem({80, 3, loss, Storage::f64, false}, 81);
      Problem without = problem;
      for (std::size_t i = 0; i < 80; ++i) problem.at(i, 2) = problem.at(i, 0) - problem.at(i, 1);
      without = problem;
      without.columns = 2;
      without.x.clear();
      for (std::size_t i = 0; i < 80; ++i) without.x.insert(without.x.end(), {problem.at(i, 0), problem.at(i, 1)});
      const LinearFit got = fit(problem, fit_options(SolverChoice::newton, l2));
      EXPECT_TRUE(got.report.verdict == Verdict::optimal || got.report.verdict == Verdict::rank_deficient)
          << name_of(got.report.verdict) << l2;
      if (l2 > 0) continue;
      const LinearFit expected = fit(without, fit_options(SolverChoice::newton, 0));
      EXPECT_NEAR(got.report.objective, expected.report.objective, 1e-12);
    }
  }
}

TEST(Hostile, AConstantColumnGetsZeroInEverySolver) {
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs, SolverChoice::gd}) {
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      for (const double l2 : {0.0, 0.05}) {
        Problem problem = random_problem({60, 3, LossKind::softmax, storage, false}, 82);
        for (std::size_t i = 0; i < 60; ++i) problem.at(i, 1) = -0.1;
        const LinearFit got = fit(problem, fit_options(solver, l2));
        for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(got.solution.coefficients[3 + k], 0) << name_of(solver);
        if (solver != SolverChoice::gd) {
          EXPECT_EQ(got.report.verdict, Verdict::optimal) << name_of(solver) << l2;
        }
      }
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
