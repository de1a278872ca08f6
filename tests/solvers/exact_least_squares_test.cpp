// The exact path of least squares: what no rounding may change, and when it steps aside.
#include "plumbline/solvers/exact_least_squares.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "plumbline/parallel/parallel.hpp"
#include "support/least_squares.hpp"
#include "support/oracle.hpp"
#include "support/strd.hpp"

namespace plumbline::testing {
namespace {

ReferenceRegression reference(const std::string& name) {
  return read_reference_regression(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/strd_like/" + name + ".dat");
}

struct Rows {
  std::vector<double> x, y;
};

/// Random rows of `columns` features about `offset`, the target a combination of them with noise.
Rows random_rows(std::size_t rows, std::size_t columns, double offset, std::uint64_t seed) {
  Draws draws(seed);
  Rows all;
  for (std::size_t i = 0; i < rows; ++i) {
    double y = 2 + draws.normal();
    for (std::size_t j = 0; j < columns; ++j) {
      all.x.push_back(offset + draws.normal());
      y += static_cast<double>(j + 1) * all.x.back();
    }
    all.y.push_back(y);
  }
  return all;
}

void expect_same_bits(const LeastSquaresRun& a, const LeastSquaresRun& b) {
  EXPECT_EQ(a.exact->coefficients, b.exact->coefficients);
  EXPECT_EQ(a.exact->coefficients_low, b.exact->coefficients_low);
  EXPECT_EQ(a.exact->intercept, b.exact->intercept);
  EXPECT_EQ(a.inference->standard_errors, b.inference->standard_errors);
  EXPECT_EQ(a.inference->residual_sd, b.inference->residual_sd);
}

TEST(ExactLeastSquares, BlocksAndThreadsChangeNoBit) {
  const Rows rows = random_rows(3000, 5, 10, 1);
  const auto solve = [&](std::size_t block_rows) {
    return LeastSquaresProblem(rows.x, 5, rows.y, 1, true, 0, block_rows).solve(SolverChoice::automatic);
  };
  const LeastSquaresRun whole = solve(0);
  EXPECT_STREQ(whole.solver, "qr (double-double)");
  expect_same_bits(whole, solve(3));
  expect_same_bits(whole, solve(1000));
  const ThreadLimit one(1);
  expect_same_bits(whole, solve(0));
}

TEST(ExactLeastSquares, AWeightOfTwoIsTheRowTwice) {
  Rows rows = random_rows(40, 3, 1e6, 2);
  Rows twice = rows;
  twice.x.insert(twice.x.end(), rows.x.begin(), rows.x.begin() + 30);
  twice.y.insert(twice.y.end(), rows.y.begin(), rows.y.begin() + 10);
  std::vector<double> weight(40, 1);
  std::fill_n(weight.begin(), 10, 2);
  MemorySource source(DenseView{rows.x.data(), 40, 3, 3, Scalar::f64, 1}, rows.y.data(), 1, weight.data());
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), SquaredLoss{}, 0, moments.weight_sum);
  const Vector start = risk.null_model();
  Monitor monitor;
  monitor.progress = &silent_progress();
  monitor.null_value = risk.along(start, start, 0).value;
  const LeastSquaresRun weighted = solve_least_squares(risk, start, SolverChoice::automatic, monitor);
  const LeastSquaresRun repeated = LeastSquaresProblem(twice.x, 3, twice.y, 1, true).solve(SolverChoice::automatic);
  for (std::size_t j = 0; j < 3; ++j) {  // both are right to the last digit
    EXPECT_DOUBLE_EQ(weighted.exact->coefficients[j], repeated.exact->coefficients[j]);
    EXPECT_DOUBLE_EQ(weighted.inference->standard_errors[j], repeated.inference->standard_errors[j]);
  }
  EXPECT_DOUBLE_EQ(weighted.exact->intercept, repeated.exact->intercept);
  EXPECT_DOUBLE_EQ(weighted.inference->residual_sd, repeated.inference->residual_sd);
  EXPECT_DOUBLE_EQ(weighted.inference->intercept_standard_error, repeated.inference->intercept_standard_error);
}

TEST(ExactLeastSquares, AgreesWithCholeskyWhereThatIsGood) {
  const Rows rows = random_rows(500, 4, 3, 3);
  LeastSquaresProblem exact_problem(rows.x, 4, rows.y, 1, true), plain_problem(rows.x, 4, rows.y, 1, true);
  const LeastSquaresRun exact = exact_problem.solve(SolverChoice::automatic);
  const LeastSquaresRun plain = plain_problem.solve(SolverChoice::cholesky);
  EXPECT_STREQ(plain.solver, "cholesky");
  EXPECT_FALSE(plain.exact);
  EXPECT_LT((exact.run.w - plain.run.w).norm(), 1e-13 * exact.run.w.norm());  // condition about 1
  EXPECT_NEAR(exact.run.value, plain.run.value, 1e-13 * plain.run.value);
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(exact.inference->standard_errors[j], plain.inference->standard_errors[j],
                1e-12 * exact.inference->standard_errors[j]);
  }
  EXPECT_NEAR(exact.inference->intercept_standard_error, plain.inference->intercept_standard_error,
              1e-12 * exact.inference->intercept_standard_error);
  EXPECT_NEAR(exact.inference->r2, plain.inference->r2, 1e-13);
  EXPECT_NEAR(exact.run.condition, 1, 1);
}

TEST(ExactLeastSquares, RidgeIsTheOptimumOfThePenalisedObjective) {
  const Rows rows = random_rows(60, 3, 100, 4);
  for (const double l2 : {1e-8, 0.1, 10.0}) {
    LeastSquaresProblem exact_problem(rows.x, 3, rows.y, 1, true, l2), plain_problem(rows.x, 3, rows.y, 1, true, l2);
    const LeastSquaresRun exact = exact_problem.solve(SolverChoice::automatic);
    const LeastSquaresRun plain = plain_problem.solve(SolverChoice::cholesky);
    EXPECT_LT((exact.run.w - plain.run.w).norm(), 1e-12 * plain.run.w.norm());
    EXPECT_NEAR(exact.run.value, plain.run.value, 1e-13 * plain.run.value);
    EXPECT_FALSE(exact.inference) << "standard errors are those of l2 = 0";
    Vector gradient;
    exact_problem.risk().value_gradient(exact.run.w, gradient);
    EXPECT_LT(gradient.norm(), 1e-12 * plain.run.w.norm());
  }
}

TEST(ExactLeastSquares, StepsAsideWhereColumnsDependOnEachOther) {
  Rows rows = random_rows(30, 3, 0, 5);
  for (std::size_t i = 0; i < 30; ++i) rows.x[3 * i + 2] = rows.x[3 * i] + 0.1 * rows.x[3 * i + 1];  // but for rounding
  const LeastSquaresRun run = LeastSquaresProblem(rows.x, 3, rows.y, 1, true).solve(SolverChoice::automatic);
  EXPECT_STREQ(run.solver, "qr");
  EXPECT_EQ(run.run.ended, Verdict::rank_deficient);
  EXPECT_EQ(run.dependent_sets.size(), 1U);
  EXPECT_FALSE(run.inference);
}

TEST(ExactLeastSquares, ConstantColumnsGetNothing) {
  Rows rows = random_rows(30, 3, 0, 6);
  for (std::size_t i = 0; i < 30; ++i) rows.x[3 * i + 1] = 7;
  const LeastSquaresRun run = LeastSquaresProblem(rows.x, 3, rows.y, 1, true).solve(SolverChoice::automatic);
  EXPECT_STREQ(run.solver, "qr (double-double)");
  EXPECT_EQ(run.exact->coefficients[1], 0);
  EXPECT_TRUE(std::isnan(run.inference->standard_errors[1]));
  EXPECT_EQ(run.inference->degrees_of_freedom, 27);
}

TEST(ExactLeastSquares, FewerRowsThanColumnsIsRankDeficient) {
  const Rows rows = random_rows(3, 5, 0, 7);
  const LeastSquaresRun run = LeastSquaresProblem(rows.x, 5, rows.y, 1, true).solve(SolverChoice::automatic);
  EXPECT_EQ(run.run.ended, Verdict::rank_deficient);
}

TEST(ExactLeastSquares, NoDegreesOfFreedomLeaveNoStandardErrors) {
  const Rows rows = random_rows(3, 2, 0, 8);
  const LeastSquaresRun run = LeastSquaresProblem(rows.x, 2, rows.y, 1, true).solve(SolverChoice::automatic);
  EXPECT_TRUE(std::isnan(run.inference->residual_sd));
  EXPECT_NEAR(run.inference->r2, 1, 1e-15);
}

TEST(ExactLeastSquares, QrOfTheRowsIsRefinedToTheLastDigits) {
  // Condition 2e5: seven digits are lost by QR alone; residuals in double-double win them back.
  const ReferenceRegression set = reference("Years3");
  LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
  const LeastSquaresRun run = problem.solve(SolverChoice::qr);
  EXPECT_STREQ(run.solver, "qr");
  EXPECT_GE(correct_digits(raw_coefficients(run, true), set.coefficients), 15);
}

TEST(ExactLeastSquares, CholeskyEscalatesByItself) {
  const ReferenceRegression set = reference("Narrow10");  // condition 4e9
  LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
  const LeastSquaresRun run = problem.solve(SolverChoice::cholesky);
  EXPECT_STREQ(run.solver, "qr (double-double)");
  EXPECT_GE(correct_digits(raw_coefficients(run, true), set.coefficients), 15);
}

TEST(ExactLeastSquares, RoundedPowersAreNotGoodEnough) {
  // The same problem with powers rounded to double: the digits that forming them in double-double saves.
  const ReferenceRegression set = reference("Narrow10");
  std::vector<double> powers;
  for (const double x : set.x) {
    for (std::size_t k = 1; k <= set.degree; ++k) powers.push_back(std::pow(x, static_cast<double>(k)));
  }
  const LeastSquaresRun run = LeastSquaresProblem(powers, set.degree, set.y, 1, true).solve(SolverChoice::automatic);
  EXPECT_LT(correct_digits(raw_coefficients(run, true), set.coefficients), 12);
}

TEST(ExactLeastSquares, TheDecrementSaysThatNothingIsLeft) {
  const ReferenceRegression set = reference("Series6");
  LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
  const LeastSquaresRun run = problem.solve(SolverChoice::automatic);
  EXPECT_GE(run.run.decrement2, 0);
  EXPECT_LE(run.run.decrement2, 1e-50 * problem.monitor().null_value);
  Vector gradient;
  EXPECT_NEAR(run.run.value, problem.risk().value_gradient(run.run.w, gradient), 1e-10 * run.run.value);
}

}  // namespace
}  // namespace plumbline::testing
