// The other ways to least squares: svd, the dual form, the inverse of the normal matrix.
#include <gtest/gtest.h>

#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/svd.hpp"
#include "plumbline/solvers/dual_least_squares.hpp"
#include "plumbline/solvers/normal_inverse.hpp"
#include "plumbline/solvers/svd_least_squares.hpp"
#include "support/least_squares.hpp"
#include "support/oracle.hpp"
#include "support/strd.hpp"

namespace plumbline::testing {
namespace {

std::vector<double> normals(std::size_t count, std::uint64_t seed) {
  Draws draws(seed);
  std::vector<double> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(draws.normal());
  return numbers;
}

ReferenceRegression teaching_reference(const std::string& name) {
  return read_reference_regression(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/strd_like/" + name + ".dat");
}

TEST(SvdLeastSquares, AgreesWithTheExactPath) {
  const ReferenceRegression set = teaching_reference("Series6");
  LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
  const LeastSquaresRun run = solve_by_svd(problem.risk(), problem.start(), problem.monitor());
  EXPECT_STREQ(run.solver, "svd");
  EXPECT_GE(correct_digits(raw_coefficients(run, true), set.coefficients), 15);
  EXPECT_GE(correct_digits(raw_standard_errors(run, true), set.standard_errors), 10);  // condition 200, in double
  LeastSquaresProblem again(set.x, set.predictors, set.y, set.degree, set.intercept);
  const double exact = again.solve(SolverChoice::automatic).run.condition;
  EXPECT_NEAR(run.run.condition, exact, 0.1 * exact);  // the scales differ by less than a factor of two
}

TEST(SvdLeastSquares, FewerRowsThanColumnsGivesTheMinimumNorm) {
  const std::vector<double> x = normals(4 * 9, 1), y = normals(4, 2);
  LeastSquaresProblem problem(x, 9, y, 1, true), by_qr(x, 9, y, 1, true), dual(x, 9, y, 1, true);
  const LeastSquaresRun run = solve_by_svd(problem.risk(), problem.start(), problem.monitor());
  EXPECT_EQ(run.run.ended, Verdict::rank_deficient);
  EXPECT_LT(run.run.value, 1e-28);  // three centred rows are interpolated by nine features
  const Vector qr = by_qr.solve(SolverChoice::qr).run.w;
  EXPECT_LT((run.run.w - qr).norm(), 1e-12 * qr.norm());
  const LeastSquaresRun through_rows = solve_by_dual(dual.risk(), dual.start(), dual.monitor());
  EXPECT_EQ(through_rows.run.ended, Verdict::rank_deficient);
  EXPECT_LT((through_rows.run.w - qr).norm(), 1e-12 * qr.norm());
}

TEST(DualLeastSquares, IsTheSameRidge) {
  for (const std::size_t rows : {6U, 40U}) {
    const std::vector<double> x = normals(rows * 12, 3), y = normals(rows, 4);
    for (const double l2 : {1e-3, 0.5}) {
      for (const bool intercept : {true, false}) {
        LeastSquaresProblem problem(x, 12, y, 1, intercept, l2), primal(x, 12, y, 1, intercept, l2);
        const LeastSquaresRun run = solve_by_dual(problem.risk(), problem.start(), problem.monitor());
        const LeastSquaresRun wanted = primal.solve(SolverChoice::automatic);
        EXPECT_STREQ(run.solver, "dual");
        // The condition of the penalised normal matrix is at most 1e4.
        EXPECT_LT((run.run.w - wanted.run.w).norm(), 1e-12 * wanted.run.w.norm()) << rows << " rows, l2 = " << l2;
        EXPECT_EQ(run.run.ended, Verdict::completed);
      }
    }
  }
}

TEST(DualLeastSquares, WeightsAndPenaltyFactors) {
  const std::vector<double> x = normals(8 * 20, 5), y = normals(8, 6);
  const std::vector<double> weight{1, 2, 0.5, 1, 0, 3, 1, 1};
  MemorySource source(DenseView{x.data(), 8, 20, 20, Scalar::f64, 1}, y.data(), 1, weight.data(), 3);
  const Moments moments = column_moments(source);
  // Penalised in raw units: every feature has a factor of its own.
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, false), SquaredLoss{}, 0.2, moments.weight_sum);
  Monitor monitor;
  monitor.progress = &silent_progress();
  const Vector start = risk.null_model();
  monitor.null_value = risk.along(start, start, 0).value;
  const Vector dual = solve_by_dual(risk, start, monitor).run.w;
  const Vector primal = solve_least_squares(risk, start, SolverChoice::automatic, monitor).run.w;
  EXPECT_LT((dual - primal).norm(), 1e-12 * primal.norm());
}

TEST(DualLeastSquares, FullRankWithoutPenaltyIsLeastSquares) {
  const std::vector<double> x = normals(30 * 3, 7), y = normals(30, 8);
  LeastSquaresProblem problem(x, 3, y, 1, true), primal(x, 3, y, 1, true);
  const LeastSquaresRun run = solve_by_dual(problem.risk(), problem.start(), problem.monitor());
  EXPECT_EQ(run.run.ended, Verdict::completed);
  const Vector wanted = primal.solve(SolverChoice::automatic).run.w;
  EXPECT_LT((run.run.w - wanted).norm(), 1e-12 * wanted.norm());
}

TEST(DualLeastSquares, RefusesWhatItCannotHold) {
  const std::vector<double> x(200000, 0.5), y(200000, 1.0);
  LeastSquaresProblem problem(x, 1, y, 1, true, 1);
  EXPECT_THROW(solve_by_dual(problem.risk(), problem.start(), problem.monitor()), UsageError);
  const std::vector<double> few = normals(10, 9);
  MemorySource source(DenseView{few.data(), 5, 2, 2, Scalar::f64, 1}, few.data(), 1, nullptr);
  Coordinates at = standardized_coordinates(column_moments(source), true, true);
  at.penalty_factor[1] = 0;
  EmpiricalRisk risk(source, at, SquaredLoss{}, 1, 5);
  EXPECT_THROW(solve_by_dual(risk, risk.null_model(), problem.monitor()), UsageError);
}

TEST(NormalInverse, IsRightOnAnEasyProblemAndWarns) {
  const std::vector<double> x = normals(50 * 3, 10), y = normals(50, 11);
  for (const double l2 : {0.0, 0.3}) {
    LeastSquaresProblem problem(x, 3, y, 1, true, l2), exact(x, 3, y, 1, true, l2);
    const LeastSquaresRun run = solve_by_normal_inverse(problem.risk(), problem.monitor());
    const Vector wanted = exact.solve(SolverChoice::automatic).run.w;
    EXPECT_LT((run.run.w - wanted).norm(), 1e-13 * wanted.norm());
    EXPECT_STREQ(run.solver, "normal-inverse");
    EXPECT_NE(run.warning.find("condition"), std::string::npos);
  }
}

TEST(NormalInverse, LosesTwiceTheDigitsOfTheCondition) {
  const ReferenceRegression set = teaching_reference("Years3");  // condition of X 2e5, so of its normal matrix 4e10
  LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
  const LeastSquaresRun run = solve_by_normal_inverse(problem.risk(), problem.monitor());
  const LeastSquaresRun exact =
      LeastSquaresProblem(set.x, set.predictors, set.y, set.degree, set.intercept).solve(SolverChoice::automatic);
  const double error = (run.run.w - exact.run.w).norm() / exact.run.w.norm();
  EXPECT_GT(error, 1e-10);
  EXPECT_GT(run.run.condition, 1e4);
}

}  // namespace
}  // namespace plumbline::testing
