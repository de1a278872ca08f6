#include "plumbline/solvers/gradient_descent.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/fits.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

/// What a naive program would do: w ← w − η ∇f(w) on the user's own columns, from 0, until ‖w_{t+1} − w_t‖² < ε.
struct NaiveRun {
  std::vector<RealVector> iterates;
  std::vector<Real> values;
  bool stopped = false;
};

Coordinates raw(const Problem& problem, bool intercept) {
  Coordinates at;
  at.center.assign(problem.columns, 0);
  at.scale.assign(problem.columns, 1);
  at.penalty_factor.assign(problem.columns, 1);
  at.intercept = intercept;
  return at;
}

NaiveRun naive(const Oracle& oracle, Real step_size, Real epsilon, std::size_t most) {
  NaiveRun run;
  RealVector w = RealVector::Zero(oracle.dimension());
  for (std::size_t t = 0; t < most; ++t) {
    run.iterates.push_back(w);
    run.values.push_back(oracle.value(w));
    const RealVector step = -step_size * oracle.gradient(w);
    w += step;
    if (step.squaredNorm() < epsilon) {
      run.stopped = true;
      break;
    }
  }
  run.iterates.push_back(w);
  run.values.push_back(oracle.value(w));
  return run;
}

struct Traced {
  std::vector<TracePoint> points;
  std::vector<LinearSolution> solutions;
};

LinearFitOptions traced(LinearFitOptions options, Traced& traced) {
  options.trace = [&traced](const TracePoint& point, const LinearSolution& solution) {
    traced.points.push_back(point);
    traced.solutions.push_back(solution);
  };
  return options;
}

/// Coefficients and intercepts in the oracle's order: output-major, the intercept last.
Vector flat(const LinearSolution& solution, std::size_t columns, bool intercept) {
  const std::size_t outputs = solution.center_intercept.size(), d = columns + (intercept ? 1 : 0);
  const std::vector<double> constant = raw_intercept(solution);
  Vector w(static_cast<Eigen::Index>(outputs * d));
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < columns; ++j) {
      w[static_cast<Eigen::Index>(k * d + j)] = solution.coefficients[j * outputs + k];
    }
    if (intercept) w[static_cast<Eigen::Index>(k * d + columns)] = constant[k];
  }
  return w;
}

using DescentCase = std::tuple<LossKind, Storage, bool>;
class Descent : public ::testing::TestWithParam<DescentCase> {};

// Both follow the same contraction, so rounding differences do not grow: 1e-12 after 200 steps.
TEST_P(Descent, FollowsTheNaiveLoopStepByStep) {
  const auto [loss, storage, intercept] = GetParam();
  Problem problem = random_problem({50, 3, loss, storage, true}, 61);
  LinearFitOptions options = fit_options(SolverChoice::gd, 0.02, false, intercept);
  options.solver_options.step_size = 0.05;
  options.solver_options.max_iterations = 200;
  options.solver_options.tolerance = 1e-7;
  Traced log;
  const LinearFit got = fit(problem, traced(options, log));
  const NaiveRun expected = naive(Oracle(problem, raw(problem, intercept), 0.02), 0.05L, 1e-7L, 200);
  ASSERT_EQ(got.report.iterations + 1, expected.iterates.size());
  ASSERT_EQ(log.points.size(), got.report.iterations);
  for (std::size_t t = 0; t < log.points.size(); ++t) {
    EXPECT_EQ(log.points[t].iteration, t);
    EXPECT_EQ(log.points[t].step, 0.05);
    EXPECT_NEAR(log.points[t].objective, static_cast<double>(expected.values[t]), 1e-12) << t;
    EXPECT_LE((flat(log.solutions[t], problem.columns, intercept) - narrowed(expected.iterates[t])).norm(), 1e-12) << t;
  }
  // The multinomial answer is shifted to sums of zero at the end; from 0 the iterates have them already.
  EXPECT_LE((flat(got.solution, problem.columns, intercept) - narrowed(expected.iterates.back())).norm(), 1e-12);
  EXPECT_EQ(got.report.verdict, expected.stopped ? Verdict::completed : Verdict::iteration_limit);
}

INSTANTIATE_TEST_SUITE_P(All, Descent,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::csr), ::testing::Bool()));

TEST(GradientDescent, StopsAtItsOwnRuleWithTheStepItTook) {
  Problem problem = random_problem({40, 2, LossKind::logistic, Storage::f64, false}, 62);
  LinearFitOptions options = fit_options(SolverChoice::gd, 0.1, false);
  options.solver_options.step_size = 0.5;
  options.solver_options.tolerance = 1e-6;
  Traced log;
  const LinearFit got = fit(problem, traced(options, log));
  EXPECT_EQ(got.report.verdict, Verdict::completed);
  ASSERT_GE(log.solutions.size(), 2U);
  const Vector last = flat(got.solution, 2, true), before = flat(log.solutions.back(), 2, true);
  const Vector earlier = flat(log.solutions[log.solutions.size() - 2], 2, true);
  EXPECT_LT((last - before).squaredNorm(), 1e-6);
  EXPECT_GE((before - earlier).squaredNorm(), 1e-6);
}

TEST(GradientDescent, ASmallStepNeverRaisesTheObjective) {
  Problem problem = random_problem({40, 3, LossKind::softmax, Storage::f64, false}, 63);
  LinearFitOptions options = fit_options(SolverChoice::gd, 0.01);
  options.solver_options.step_size = 0.1;
  options.solver_options.max_iterations = 300;
  Traced log;
  (void)fit(problem, traced(options, log));
  for (std::size_t t = 1; t < log.points.size(); ++t) EXPECT_LE(log.points[t].objective, log.points[t - 1].objective);
}

TEST(GradientDescent, ATooLargeStepIsSaidToDiverge) {
  Problem problem = random_problem({40, 3, LossKind::squared, Storage::f64, false}, 64);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 0) *= 100;
  for (const std::size_t steps : {3U, 50U, 15000U}) {  // finite but above the start; and beyond the doubles
    LinearFitOptions options = fit_options(SolverChoice::gd, 0, false);
    options.solver_options.step_size = 1;
    options.solver_options.max_iterations = steps;
    const LinearFit got = fit(problem, options);
    EXPECT_EQ(got.report.verdict, Verdict::non_finite) << steps;
    EXPECT_FALSE(got.report.gap);
    EXPECT_FALSE(got.report.gap_reason.empty());
    EXPECT_NE(got.report.advice.find("step-size"), std::string::npos) << got.report.advice;
  }
}

TEST(GradientDescent, TheDefaultsAreThoseOfTheSubject) {
  const GradientDescentOptions options;
  EXPECT_EQ(options.max_iterations, 15000U);
  EXPECT_EQ(options.step_size, 1e-3);
  Problem problem = random_problem({20, 1, LossKind::squared, Storage::f64, false}, 65);
  LinearFitOptions fit_with = fit_options(SolverChoice::gd, 0, false);
  fit_with.solver_options.tolerance = 1e-300;
  EXPECT_EQ(fit(problem, fit_with).report.iterations, 15000U);
}

TEST(GradientDescent, RefusesOptionsThatMeanNothing) {
  GradientDescentOptions options;
  options.step_size = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options.step_size = std::numeric_limits<double>::infinity();
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.max_iterations = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.epsilon = std::nan("");
  EXPECT_THROW(options.validate(), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
