// Ranks, indices, VIFs and leverages against what the definitions give on small tables.
#include "plumbline/diagnostics/collinearity.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "diagnostics/doctor_tables.hpp"
#include "plumbline/diagnostics/relation.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

/// [1 X] of a problem, in the user's units.
Matrix design(const Problem& problem) {
  Matrix x(static_cast<Index>(problem.rows), static_cast<Index>(problem.columns) + 1);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    x(static_cast<Index>(i), 0) = 1;
    for (std::size_t j = 0; j < problem.columns; ++j)
      x(static_cast<Index>(i), static_cast<Index>(j) + 1) = problem.at(i, j);
  }
  return x;
}

struct CollinearCase {
  TableMaker table;
  Problem problem;
  DoctorReport report;
};

CollinearCase examined(std::uint64_t seed, const DoctorOptions& options = {}) {
  TableMaker table(seed, 80);
  table.add_clean_columns(5);
  table.add_text_column("color");
  table.add_target(0);
  Problem problem = table.problem();
  DoctorReport report = examine_problem(problem, table.input, options);
  return {std::move(table), std::move(problem), std::move(report)};
}

TEST(Collinearity, ConditionIndicesAreRatiosOfSingularValues) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const CollinearCase c = examined(seed);
    Matrix x = design(c.problem);
    x.colwise().normalize();
    const Vector sigma = Eigen::JacobiSVD<Matrix>(x).singularValues();
    const std::vector<double>& indices = c.report.collinearity->condition_indices;
    ASSERT_EQ(indices.size(), static_cast<std::size_t>(sigma.size()));
    for (Index k = 0; k < sigma.size(); ++k) {
      // The condition of the table (below 1e3) times rounding, on either side.
      EXPECT_NEAR(indices[static_cast<std::size_t>(k)] * sigma[k] / sigma[0], 1, 1e-10);
    }
  }
}

/// 1/(1 − R²) of the column on all others, by a QR of its own.
double variance_inflation(const Matrix& x, Index j) {
  Matrix others(x.rows(), x.cols() - 1);
  others << x.leftCols(j), x.rightCols(x.cols() - 1 - j);
  const Vector y = x.col(j);
  const Vector left = y - others * Eigen::ColPivHouseholderQR<Matrix>(others).solve(y);
  return (y.array() - y.mean()).matrix().squaredNorm() / left.squaredNorm();
}

TEST(Collinearity, VifIsThatOfTheRegressionOnTheOthers) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const CollinearCase c = examined(seed);
    const Matrix x = design(c.problem);
    for (std::size_t j = 0; j < c.problem.columns; ++j) {
      const double expected = variance_inflation(x, static_cast<Index>(j) + 1);
      EXPECT_NEAR(c.report.collinearity->vif[j], expected, 1e-9 * expected);
    }
  }
}

/// det(R_gg) det(R_others)/det(R) of the correlations (Fox and Monette 1992), g the two last columns.
TEST(Collinearity, VifOfATextColumnIsTheGeneralisedOne) {
  const CollinearCase c = examined(3);
  Matrix x = design(c.problem).rightCols(static_cast<Index>(c.problem.columns));
  x.rowwise() -= x.colwise().mean();
  x.colwise().normalize();
  const Matrix r = x.transpose() * x;
  const double gvif = r.bottomRightCorner(2, 2).determinant() * r.topLeftCorner(5, 5).determinant() / r.determinant();
  EXPECT_NEAR(c.report.collinearity->group_vif.back(), std::sqrt(gvif), 1e-9);
}

TEST(Collinearity, LeverageIsTheDiagonalOfTheHatMatrix) {
  DoctorOptions options;
  options.leverage_multiple = 1;  // the rows above the mean
  options.rows_named = 100;
  const CollinearCase c = examined(8, options);
  Matrix x = design(c.problem);
  x.colwise().normalize();  // units change no leverage, but the digits of the inverse
  const Matrix hat = x * (x.transpose() * x).inverse() * x.transpose();
  const double mean = static_cast<double>(x.cols()) / static_cast<double>(x.rows());
  std::vector<std::size_t> expected;
  for (Index i = 0; i < x.rows(); ++i) {
    if (hat(i, i) >= mean) expected.push_back(static_cast<std::size_t>(i));
  }
  ASSERT_EQ(c.report.findings.size(), 1U) << text_of(named_findings(c.report));
  std::vector<std::size_t> rows = c.report.findings[0].rows;
  EXPECT_NEAR(c.report.findings[0].value, hat.diagonal().maxCoeff(), 1e-9);
  EXPECT_NEAR(c.report.findings[0].threshold, mean, 1e-12);
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, expected);
}

TEST(Collinearity, WithoutAnInterceptNothingIsCentred) {
  TableMaker table(4, 60);
  table.add_clean_columns(3);
  table.add_target(0);
  table.input.intercept = false;
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  Matrix x = design(problem).rightCols(3);
  x.colwise().normalize();
  const Matrix inverse = (x.transpose() * x).inverse();
  for (Index j = 0; j < 3; ++j) {
    const double expected = inverse(j, j);
    EXPECT_NEAR(report.collinearity->vif[static_cast<std::size_t>(j)], expected, 1e-9 * expected);
  }
  EXPECT_EQ(report.collinearity->rank, 3U);
}

TEST(Relation, IsWrittenInTheFewestDigits) {
  const std::vector<std::string> names{"a", "b", "c"};
  LinearRelation sum{{0, 1, 2}, {1, 1, -1}, 0, {1, 1, 1}};
  EXPECT_EQ(relation_text(sum, names), "c = a + b");
  LinearRelation mean{{0, 1, 2}, {-0.5, -0.5, 1}, 0, {1, 1, 1}};
  EXPECT_EQ(relation_text(mean, names), "c = 0.5·a + 0.5·b");
  LinearRelation inches{{0, 1}, {-2.54, 1}, 1e-12, {1, 1}};
  EXPECT_EQ(relation_text(inches, names), "b = 2.54·a");
  LinearRelation celsius{{0, 1}, {1, -1 / 1.8}, 32 / 1.8, {50, 20}};
  EXPECT_EQ(relation_text(celsius, names), "b = 1.8·a + 32");
  LinearRelation shares{{0, 1}, {1, 1}, -1, {1, 1}};
  EXPECT_EQ(relation_text(shares, names), "b = -a + 1");
  LinearRelation near{{1, 0}, {-1, 0.98765}, 0, {1, 1}, 5e-3, false};
  EXPECT_EQ(relation_text(near, names), "b ≈ 0.99·a");
}

}  // namespace
}  // namespace plumbline::testing
