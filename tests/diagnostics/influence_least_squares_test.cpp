// Leverage, Cook's distance, DFBETAS, studentised residuals: against fits that really leave the row out.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "diagnostics/influence_support.hpp"
#include "plumbline/diagnostics/leverage.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/examples.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

/// Fit, root and all figures of a problem.
struct Figures {
  explicit Figures(Problem& problem, double l2, bool intercept = true, std::size_t block_rows = 0,
                   bool standardize = true)
      : fit(problem, l2, intercept, block_rows, standardize), root(least_squares_root(fit.risk, fit.w)) {
    LeverageOptions options;
    options.dfbetas = true;
    for (std::size_t i = 0; i < problem.rows; ++i) options.chosen_rows.push_back(i);
    rows = leverage_rows(fit.risk, root, options);
  }
  FittedProblem fit;
  LeastSquaresRoot root;
  LeverageRows rows;
};

/// A fit in long double: weights, A⁻¹, effective parameters, residual squares and variance.
struct ExactFit {
  ExactFit(const Problem& problem, const Coordinates& at, double l2) : oracle(problem, at, l2) {
    const RealVector zero = RealVector::Zero(oracle.dimension());
    const Real n = oracle.weight_sum();
    const RealMatrix hessian = oracle.hessian(zero);
    inverse = hessian.inverse() / n;
    w = -inverse * n * oracle.gradient(zero);
    effective = (inverse * n * Oracle(problem, at, 0).hessian(zero)).trace();
    for (Index i = 0; i < oracle.design().rows(); ++i) {
      const Real residual = problem.target[static_cast<std::size_t>(i)] - oracle.design().row(i).dot(w);
      squares += oracle.weight(i) * residual * residual;
    }
    variance = squares / (n - effective);
  }
  Oracle oracle;
  RealMatrix inverse;
  RealVector w;
  Real effective = 0, squares = 0, variance = 0;
};

void expect_close(double got, Real expected, Real scale = 0) {
  EXPECT_NEAR(got, static_cast<double>(expected), 1e-9 * static_cast<double>(std::fabs(expected) + scale));
}

using LeastSquaresCase = std::tuple<Storage, bool, bool, double, bool>;
class LeaveOneRowOut : public ::testing::TestWithParam<LeastSquaresCase> {};

// Both are exact but for rounding: 1e-9 asks for far less than the 1e-13 that is reached, and any wrong term is larger.
TEST_P(LeaveOneRowOut, IsWhatARealRefitSays) {
  const auto [storage, intercept, weighted, l2, standardize] = GetParam();
  Problem problem = random_problem({25, 4, LossKind::squared, storage, weighted}, 61);
  for (double& y : problem.target) y += 10;
  const Figures got(problem, l2, intercept, 0, standardize);
  const Coordinates& at = got.fit.risk.coordinates();
  const ExactFit full(problem, at, l2);
  const RealMatrix& x = full.oracle.design();
  expect_close(got.root.effective_parameters, full.effective);
  expect_close(got.root.residual_variance, full.variance);
  // What each coefficient is, the intercept at x = 0.
  RealMatrix meaning = RealMatrix::Identity(x.cols(), x.cols());
  for (Index j = 0; intercept && j < 4; ++j) {
    meaning(j, 4) = -static_cast<Real>(at.center[static_cast<std::size_t>(j)]) * at.scale[static_cast<std::size_t>(j)];
  }
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const auto row = static_cast<Index>(i);
    const WithoutCopy without(problem, i);
    const ExactFit rest(without.problem, at, without.l2(l2));
    const RealVector moved = full.w - rest.w, fitted = x * moved;
    Real cook = 0;
    for (Index j = 0; j < x.rows(); ++j) cook += full.oracle.weight(j) * fitted[j] * fitted[j];
    const Real leverage = x.row(row).dot(full.inverse * x.row(row).transpose());
    const Real residual = problem.target[i] - x.row(row).dot(full.w);
    const Real root = std::sqrt(1 - static_cast<Real>(without.copy) * leverage);
    expect_close(got.rows.leverage[i], leverage);
    expect_close(got.rows.residual[i], residual, 10);
    expect_close(got.rows.left_out_prediction[i], x.row(row).dot(rest.w), 10);
    expect_close(got.rows.studentised[i], residual / (std::sqrt(full.variance) * root), 1e-3L);
    expect_close(got.rows.externally[i], residual / (std::sqrt(rest.variance) * root), 1e-3L);
    expect_close(got.rows.cooks_distance[i], cook / (full.effective * full.variance), 1e-3L);
    for (Index j = 0; j < x.cols(); ++j) {
      const RealVector of = meaning.col(j);
      const Real dfbetas = of.dot(moved) / std::sqrt(rest.variance * of.dot(full.inverse * of));
      expect_close(got.rows.dfbetas[i][static_cast<std::size_t>(j)], dfbetas, 1e-2L);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, LeaveOneRowOut,
                         ::testing::Combine(::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Bool(), ::testing::Values(0, 0.3), ::testing::Bool()));

TEST(LeverageRows, AWeightOfTwoIsTheRowTwice) {
  RepeatedRows rows({24, 3, LossKind::squared, Storage::f64, false}, 62);
  for (const double l2 : {0.0, 0.2}) {
    const Figures a(rows.weighted, l2), b(rows.repeated, l2);
    for (std::size_t k = 0; k < rows.row.size(); ++k) {
      const std::size_t i = rows.row[k];
      EXPECT_NEAR(a.rows.leverage[i], b.rows.leverage[k], 1e-12);
      EXPECT_NEAR(a.rows.left_out_prediction[i], b.rows.left_out_prediction[k], 1e-11);
      EXPECT_NEAR(a.rows.externally[i], b.rows.externally[k], 1e-11);
      EXPECT_NEAR(a.rows.cooks_distance[i], b.rows.cooks_distance[k], 1e-11);
      for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(a.rows.dfbetas[i][j], b.rows.dfbetas[k][j], 1e-11);
    }
  }
}

TEST(LeverageRows, LargestDfbetasAreTheLargest) {
  Problem problem = random_problem({50, 3, LossKind::squared, Storage::f64, true}, 63);
  const Figures got(problem, 0.1);
  for (std::size_t j = 0; j < 4; ++j) {
    double largest = 0;
    for (std::size_t i = 0; i < problem.rows; ++i) largest = std::fmax(largest, std::fabs(got.rows.dfbetas[i][j]));
    EXPECT_EQ(std::fabs(got.rows.largest_dfbetas[j]), largest);
    EXPECT_EQ(got.rows.dfbetas[got.rows.largest_dfbetas_row[j]][j], got.rows.largest_dfbetas[j]);
  }
}

TEST(LeverageRows, SumToTheEffectiveParameters) {
  Problem problem = random_problem({60, 5, LossKind::squared, Storage::csr, true}, 64);
  for (const double l2 : {0.0, 0.05, 3.0}) {
    const Figures got(problem, l2);
    double sum = 0;
    for (std::size_t i = 0; i < problem.rows; ++i) sum += problem.weight[i] * got.rows.leverage[i];
    EXPECT_NEAR(sum, got.root.effective_parameters, 1e-12);
    if (l2 == 0) {
      EXPECT_EQ(got.root.effective_parameters, 6);
    }
  }
}

TEST(LeverageRows, DependentColumnsKeepLeverageButNotDfbetas) {
  Problem problem = random_problem({30, 4, LossKind::squared, Storage::f64, false}, 65);
  Problem fewer = problem;
  fewer.columns = 3;
  fewer.x.clear();
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t j = 0; j < 3; ++j) fewer.x.push_back(problem.at(i, j));
    problem.at(i, 3) = 2 * problem.at(i, 0) - problem.at(i, 1);
  }
  const Figures independent(fewer, 0);
  FittedProblem fit(problem, 0);
  fit.w.setZero();
  fit.w.head(3) = independent.fit.w.head(3);
  fit.w[4] = independent.fit.w[3];
  const LeastSquaresRoot root = least_squares_root(fit.risk, fit.w);
  EXPECT_FALSE(root.full_rank);
  EXPECT_EQ(root.effective_parameters, 4);
  LeverageOptions options;
  options.dfbetas = true;
  const LeverageRows rows = leverage_rows(fit.risk, root, options);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_NEAR(rows.leverage[i], independent.rows.leverage[i], 1e-12);
    EXPECT_NEAR(rows.externally[i], independent.rows.externally[i], 1e-10);
  }
  for (const double value : rows.largest_dfbetas) EXPECT_TRUE(std::isnan(value));
}

TEST(LeverageRows, ARowThatNothingElseDeterminesHasNoFigures) {
  Problem problem = random_problem({12, 2, LossKind::squared, Storage::f64, false}, 66);
  for (std::size_t i = 0; i < 12; ++i) problem.at(i, 0) = i == 3 ? 1 : 0;  // row 3 is fitted whatever it says
  Figures got(problem, 0);
  EXPECT_NEAR(got.rows.leverage[3], 1, 1e-12);
  EXPECT_TRUE(std::isnan(got.rows.left_out_prediction[3]));
  EXPECT_TRUE(std::isnan(got.rows.externally[3]));
  EXPECT_TRUE(std::isfinite(got.rows.externally[4]));
  EXPECT_THROW((void)leverage_rows(got.fit.risk, got.root, {false, {12}}), std::invalid_argument);
}

TEST(LeverageRows, AConstantColumnChangesNothing) {
  Problem problem = random_problem({30, 3, LossKind::squared, Storage::f64, false}, 67), constant = problem;
  constant.columns = 4;
  constant.x.clear();
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t j = 0; j < 3; ++j) constant.x.push_back(problem.at(i, j));
    constant.x.push_back(7);
  }
  for (const double l2 : {0.0, 0.1}) {
    const Figures a(problem, l2), b(constant, l2);
    EXPECT_NEAR(a.root.effective_parameters, b.root.effective_parameters, 1e-12);
    EXPECT_TRUE(std::isnan(b.rows.dfbetas[0][3]));
    for (std::size_t i = 0; i < 30; ++i) EXPECT_NEAR(a.rows.externally[i], b.rows.externally[i], 1e-11);
  }
}

TEST(LeverageRows, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = random_problem({9000, 3, LossKind::squared, Storage::f32, true}, 68);
  FittedProblem whole(problem, 0.1);
  const LeastSquaresRoot root = least_squares_root(whole.risk, whole.w);
  const LeverageRows expected = leverage_rows(whole.risk, root, {true, {}});
  const ThreadLimit limit(1);
  FittedProblem cut(problem, 0.1, true, 11);
  const LeastSquaresRoot again = least_squares_root(cut.risk, whole.w);
  EXPECT_EQ(again.inverse_root, root.inverse_root);
  EXPECT_EQ(again.residual_squares, root.residual_squares);
  const LeverageRows got = leverage_rows(cut.risk, again, {true, {}});
  for (std::size_t i = 0; i < problem.rows; ++i) {
    ASSERT_EQ(got.cooks_distance[i], expected.cooks_distance[i]);
    ASSERT_EQ(got.externally[i], expected.externally[i]);
  }
  EXPECT_EQ(got.largest_dfbetas, expected.largest_dfbetas);
}

/// The numeric columns of a table of examples/data that statsmodels had.
Problem example_problem(const nlohmann::json& reference) {
  const auto cells = split_csv(std::string(PLUMBLINE_SOURCE_DIR) + "/" + reference.at("table").get<std::string>());
  const auto place = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(cells[0].begin(), cells[0].end(), name) - cells[0].begin());
  };
  Problem problem;
  problem.rows = cells.size() - 1;
  problem.columns = reference.at("features").size();
  for (std::size_t i = 1; i < cells.size(); ++i) {
    for (const std::string name : reference.at("features")) {
      problem.x.push_back(std::strtod(cells[i][place(name)].c_str(), nullptr));
    }
    problem.target.push_back(std::strtod(cells[i][place(reference.at("target"))].c_str(), nullptr));
  }
  return problem;
}

class Statsmodels : public ::testing::TestWithParam<const char*> {};

// 1e-8 as the issue asks; statsmodels' pseudo-inverse itself is good to about 1e-12.
TEST_P(Statsmodels, SaysTheSame) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/influence_" + GetParam() + ".json");
  const nlohmann::json reference = nlohmann::json::parse(file);
  Problem problem = example_problem(reference);
  const Figures got(problem, 0);
  const auto compare = [&](const char* name, const Buffer<double>& values) {
    for (std::size_t i = 0; i < problem.rows; ++i) {
      const double expected = reference.at(name).at(i);
      EXPECT_NEAR(values[i], expected, 1e-8 * std::fmax(std::fabs(expected), 1e-2)) << name << " of row " << i;
    }
  };
  compare("leverage", got.rows.leverage);
  compare("studentised", got.rows.studentised);
  compare("externally", got.rows.externally);
  compare("cooks_distance", got.rows.cooks_distance);
  compare("left_out_prediction", got.rows.left_out_prediction);
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < problem.columns; ++j) {
      EXPECT_NEAR(got.rows.dfbetas[i][j], reference.at("dfbetas_of_first_rows").at(i).at(j).get<double>(), 1e-9);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, Statsmodels, ::testing::Values("diabetes", "wine"));

}  // namespace
}  // namespace plumbline::testing
