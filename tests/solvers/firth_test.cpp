// Firth's bias-reduced logistic regression: against optima found in 60 digits (tests/reference/firth.py), and against
// the properties that it is known for.
#include "plumbline/solvers/firth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <string>

#include "plumbline/objective/firth_risk.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/examples.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

/// A logistic risk over a problem in standardised coordinates.
struct LogisticRisk {
  explicit LogisticRisk(Problem& problem, bool intercept = true, std::size_t block_rows = 0)
      : source(problem.source(block_rows)),
        moments(column_moments(source)),
        risk(source, standardized_coordinates(moments, intercept, true), LogisticLoss{1}, 0, moments.weight_sum) {}
  MemorySource source;
  Moments moments;
  EmpiricalRisk risk;
};

FirthRun fit(Problem& problem, bool intercept = true, std::size_t block_rows = 0) {
  LogisticRisk at(problem, intercept, block_rows);
  return fit_firth(at.risk, {}, {});
}

/// Linear predictors of all rows.
Vector predictors(Problem& problem, const Vector& w, bool intercept = true) {
  LogisticRisk at(problem, intercept);
  Vector eta = Vector::Constant(static_cast<Eigen::Index>(problem.rows), intercept ? w[w.size() - 1] : 0);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t j = 0; j < problem.columns; ++j) {
      const Coordinates& to = at.risk.coordinates();
      eta[static_cast<Eigen::Index>(i)] +=
          (problem.at(i, j) - to.center[j]) * to.scale[j] * w[static_cast<Eigen::Index>(j)];
    }
  }
  return eta;
}

ReferenceProblem firth_reference(const std::string& name) {
  ReferenceProblem result = read_reference(name);
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/" + name + ".json");
  const double positive = nlohmann::json::parse(file).at("positive");
  for (double& label : result.problem.target) label = label == positive ? 1 : 0;
  return result;
}

// The gradient of the standardised problem ends at rounding, 1e-16 times the length of a row; times the condition of
// its Hessian (1e3 for iris, 1e6 for breast cancer) that is the error of the coefficients relative to the largest.
TEST(Firth, ReachesTheOptimaFoundInSixtyDigits) {
  const std::pair<const char*, double> cases[] = {
      {"iris_firth_virginica", 1e-12}, {"iris_firth_setosa", 1e-12}, {"breast_cancer_firth_malignant", 1e-9}};
  for (const auto& [name, tolerance] : cases) {
    ReferenceProblem expected = firth_reference(name);
    LogisticRisk at(expected.problem);
    const FirthRun got = fit_firth(at.risk, {}, {});
    EXPECT_EQ(got.run.ended, Verdict::completed) << name;
    EXPECT_LE(got.run.gradient.norm(), 1e-14) << name;
    EXPECT_GE(got.run.decrement2, 0) << name;
    EXPECT_LE(got.run.decrement2, 1e-9 * (got.null_value - got.run.value)) << name;
    double constant = 0;  // log det I in raw units is that of standardised columns plus 2 Σ log sd
    Vector relative(got.run.w.size() - 1), size = relative;
    for (Eigen::Index j = 0; j < relative.size(); ++j) {
      const auto column = static_cast<std::size_t>(j);
      const double sd = at.moments.sd[column];
      constant += std::log(sd) / at.moments.weight_sum;
      size[j] = expected.coefficients[column][0] * sd;
      relative[j] = got.run.w[j] - size[j];
    }
    EXPECT_LE(relative.norm(), tolerance * size.norm()) << name;
    EXPECT_NEAR(got.run.value - constant, expected.objective, 1e-14 * (1 + std::fabs(constant))) << name;
  }
}

// Central differences at h = 1e-5: truncation 1e-10, rounding 1e-16/h = 1e-11.
TEST(Firth, DerivativesAreDifferences) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    for (const bool intercept : {true, false}) {
      Problem problem = random_problem({50, 4, LossKind::logistic, storage, true}, 31);
      LogisticRisk at(problem, intercept);
      FirthRisk f(at.risk);
      Draws draws(32);
      Vector w(f.dimension()), gradient, unused;
      for (double& value : w) value = draws.normal() / 2;
      BlockHessian hessian;
      const double value = f.value_gradient_hessian(w, gradient, hessian);
      EXPECT_EQ(value, f.value_gradient(w, unused));
      for (Eigen::Index k = 0; k < w.size(); ++k) {
        Vector up = w, down = w, of_up, of_down;
        up[k] += 1e-5;
        down[k] -= 1e-5;
        const double slope = (f.value_gradient(up, of_up) - f.value_gradient(down, of_down)) / 2e-5;
        EXPECT_NEAR(gradient[k], slope, 1e-9);
        EXPECT_LE((hessian.blocks[0].col(k) - (of_up - of_down) / 2e-5).norm(), 1e-8);
      }
      const Vector to = 2 * w;
      EXPECT_NEAR(f.along(w, to, 0).slope, gradient.dot(w), 1e-14);
    }
  }
}

TEST(Firth, AWeightOfTwoIsTheRowTwiceAndOfZeroNone) {
  Problem weighted = random_problem({40, 3, LossKind::logistic, Storage::f64, false}, 33);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < weighted.rows; ++i) {
    weighted.weight.push_back(static_cast<double>(i % 3));
    for (std::size_t copy = 0; copy < i % 3; ++copy) rows.push_back(i);
  }
  Problem repeated = pick_rows(weighted, rows);
  repeated.weight.clear();
  const FirthRun a = fit(weighted), b = fit(repeated);
  EXPECT_LE((a.run.w - b.run.w).norm(), 1e-13 * b.run.w.norm());  // a few ulp of the moments
  EXPECT_NEAR(a.run.value, b.run.value, 1e-14);
}

TEST(Firth, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = random_problem({9000, 3, LossKind::logistic, Storage::csr, true}, 34);
  const FirthRun expected = fit(problem);
  for (const std::size_t threads : {1U, 4U}) {
    const ThreadLimit limit(threads);
    const FirthRun got = fit(problem, true, 7 * threads);
    EXPECT_TRUE(got.run.w == expected.run.w && got.run.value == expected.run.value);
  }
}

// One binary feature, 2 × 2 counts n_xy: Firth's estimate is the logit of the counts with ½ added to each (Firth 1993,
// §4), finite also where a count is 0.
TEST(Firth, AddsHalfARowToEachCellOfATwoByTwoTable) {
  for (const double zero_count : {4.0, 0.0}) {
    Problem problem;
    problem.rows = 4;
    problem.columns = 1;
    problem.x = {0, 0, 1, 1};
    problem.target = {0, 1, 0, 1};
    problem.weight = {10, 3, zero_count, 7};
    problem.loss = LogisticLoss{1};
    const FirthRun got = fit(problem);
    EXPECT_EQ(got.run.ended, Verdict::completed);
    const Vector eta = predictors(problem, got.run.w);
    EXPECT_NEAR(eta[0], std::log(3.5 / 10.5), 1e-13);
    EXPECT_NEAR(eta[3], std::log(7.5 / (zero_count + 0.5)), 1e-13);
  }
}

TEST(Firth, OneClassAloneHasAFiniteAnswer) {
  Problem problem = random_problem({30, 2, LossKind::logistic, Storage::f64, false}, 35);
  problem.target.assign(30, 1);
  const FirthRun got = fit(problem);
  EXPECT_EQ(got.run.ended, Verdict::completed);
  EXPECT_LE(got.run.gradient.norm(), 1e-15);
  EXPECT_GT(predictors(problem, got.run.w).minCoeff(), 0);
}

TEST(Firth, ColumnsThatDependOnEachOtherAreFoundAndSharedByMinimumNorm) {
  Problem single = random_problem({60, 3, LossKind::logistic, Storage::f64, false}, 36);
  Problem twice = single;
  twice.columns = 5;  // the first once more, and a constant, which is no dependence
  twice.x.clear();
  for (std::size_t i = 0; i < single.rows; ++i) {
    for (std::size_t j = 0; j < 3; ++j) twice.x.push_back(single.at(i, j));
    twice.x.push_back(single.at(i, 0));
    twice.x.push_back(8);
  }
  const FirthRun a = fit(single), b = fit(twice);
  EXPECT_EQ(b.run.ended, Verdict::rank_deficient);
  ASSERT_EQ(b.dependent_sets.size(), 1U);
  EXPECT_EQ(b.dependent_sets[0].size(), 2U);
  EXPECT_NEAR(b.run.w[0], b.run.w[3], 1e-13);
  EXPECT_EQ(b.run.w[4], 0);
  EXPECT_LE((predictors(single, a.run.w) - predictors(twice, b.run.w)).norm(), 1e-12);
}

// 131 coordinates: scoring on the information, which converges linearly, to the same gradient at rounding.
TEST(Firth, WideProblemsAreScoredOnTheInformation) {
  Problem problem = random_problem({1500, 130, LossKind::logistic, Storage::f64, false}, 37);
  const FirthRun got = fit(problem);
  EXPECT_EQ(got.run.ended, Verdict::completed);
  EXPECT_LE(got.run.gradient.norm(), 1e-14);
  EXPECT_LT(got.run.decrement2, 0);
  EXPECT_LT(got.run.value, got.null_value);
}

TEST(Firth, RefusesWhatItIsNot) {
  Problem problem = random_problem({20, 2, LossKind::squared, Storage::f64, false}, 38);
  MemorySource source = problem.source();
  const Coordinates at = standardized_coordinates(column_moments(source), true, true);
  EmpiricalRisk squared(source, at, SquaredLoss{}, 0, 20), penalised(source, at, LogisticLoss{1}, 0.1, 20);
  EXPECT_THROW(FirthRisk{squared}, std::invalid_argument);
  EXPECT_THROW(FirthRisk{penalised}, std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
