#include "plumbline/diagnostics/contributions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "plumbline/core/math.hpp"
#include "support/fits.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

/// Whether base and columns, added one after the other as they are printed, come within 8 ulp of the sum of their
/// magnitudes of eta (the bound).
void expect_sum(const Contributions& got) {
  double running = got.base, size = std::fabs(got.base);
  for (const ColumnContribution& column : got.columns) {
    running += column.contribution;
    size += std::fabs(column.contribution);
  }
  EXPECT_LE(std::fabs(running - got.eta), 8 * ulp(size));
}

/// A model of `p` features and `outputs` outputs of very different sizes.
LinearSolution random_solution(std::size_t p, std::size_t outputs, std::uint64_t seed) {
  Draws draws(seed);
  LinearSolution solution;
  for (std::size_t c = 0; c < p * outputs; ++c) {
    solution.coefficients.push_back(draws.normal() * std::pow(10, 6 * draws.unit() - 3));
  }
  for (std::size_t j = 0; j < p; ++j) solution.center.push_back(100 * draws.normal());
  for (std::size_t k = 0; k < outputs; ++k) solution.center_intercept.push_back(draws.normal());
  return solution;
}

std::vector<FeatureGroup> single_columns(std::size_t p) {
  std::vector<FeatureGroup> groups;
  for (std::size_t j = 0; j < p; ++j) groups.push_back({"x" + std::to_string(j), j, 1});
  return groups;
}

TEST(Contributions, SumToThePredictorHoweverManyThereAre) {
  for (const std::size_t p : {1U, 7U, 60U, 5000U}) {
    const LinearSolution solution = random_solution(p, 2, 91 + p);
    const std::vector<FeatureGroup> groups = single_columns(p);
    Draws draws(92);
    std::vector<double> row, other;
    for (std::size_t j = 0; j < p; ++j) row.push_back(100 * draws.normal()), other.push_back(100 * draws.normal());
    for (const bool against_row : {false, true}) {
      ContributionRequest request{&solution, &groups, nullptr, row, std::nullopt};
      if (against_row) request.reference = other;
      const std::vector<Contributions> got = contributions_of(request);
      ASSERT_EQ(got.size(), 2U);
      for (std::size_t k = 0; k < 2; ++k) {
        expect_sum(got[k]);
        long double eta = solution.center_intercept[k], base = eta, size = std::fabs(eta);
        for (std::size_t j = 0; j < p; ++j) {
          const long double w = solution.coefficients[j * 2 + k];
          eta += w * (static_cast<long double>(row[j]) - solution.center[j]);
          size += std::fabs(w * (static_cast<long double>(row[j]) - solution.center[j]));
          if (against_row) base += w * (static_cast<long double>(other[j]) - solution.center[j]);
        }
        EXPECT_NEAR(got[k].eta, static_cast<double>(eta), 1e-15 * static_cast<double>(size));
        EXPECT_NEAR(got[k].base, static_cast<double>(base), 1e-15 * static_cast<double>(size));
        EXPECT_EQ(got[k].columns.size(), p);
      }
    }
  }
}

TEST(Contributions, AreInOrderOfSizeAndWhatTheFeaturesSay) {
  LinearSolution solution;
  solution.coefficients = {2, -10, 0.5, 1};
  solution.center = {1, 1, 0.25, 0.75};
  solution.center_intercept = {5};
  const std::vector<FeatureGroup> groups{{"age", 0, 1}, {"size", 1, 1}, {"color", 2, 2}};
  const std::vector<double> row{3, 1.5, 1, 0};
  const std::vector<Contributions> all = contributions_of({&solution, &groups, nullptr, row, std::nullopt});
  const Contributions& got = all.front();
  ASSERT_EQ(got.columns.size(), 3U);
  EXPECT_EQ(got.base, 5);
  EXPECT_EQ(got.eta, 5 + 4 - 5 - 0.375);
  EXPECT_EQ(got.columns[0].column, "size");
  EXPECT_EQ(got.columns[0].contribution, -5);
  EXPECT_EQ(got.columns[1].column, "age");
  EXPECT_EQ(got.columns[1].contribution, 4);
  EXPECT_EQ(got.columns[2].column, "color");
  EXPECT_EQ(got.columns[2].contribution, -0.375);
  const FeatureContribution& red = got.columns[2].features[0];
  EXPECT_EQ(red.feature, 2U);
  EXPECT_EQ(red.value, 1);
  EXPECT_EQ(red.reference, 0.25);
  EXPECT_EQ(red.coefficient, 0.5);
  EXPECT_EQ(red.contribution, 0.375);
}

TEST(Contributions, LeaveOutWhatAddsNothing) {
  LinearSolution solution;
  solution.coefficients = {2, 0, 3};
  solution.center = {0, 0, 0};
  solution.center_intercept = {1};
  const std::vector<FeatureGroup> groups = single_columns(3);
  const std::vector<double> row{4, 7, 0};
  const std::vector<Contributions> got = contributions_of({&solution, &groups, nullptr, row, std::nullopt});
  ASSERT_EQ(got[0].columns.size(), 1U);
  EXPECT_EQ(got[0].columns[0].column, "x0");
  EXPECT_EQ(got[0].eta, 9);
}

TEST(Contributions, PowersOfANumberAreOneColumnWithoutRounding) {
  // (x − 1)^10 written out, times 1e6: terms of 1e8 that cancel to 1e6·1e-10 at x = 1.1; powers rounded to double would
  // leave nothing of it.
  LinearSolution solution;
  const double binomial[] = {-10, 45, -120, 210, -252, 210, -120, 45, -10, 1};
  for (const double b : binomial) solution.coefficients.push_back(1e6 * b);
  solution.center.assign(10, 0);
  solution.center_intercept = {1e6};
  const std::vector<FeatureGroup> groups{{"x", 0, 10}};
  const std::vector<PolynomialTerms> polynomials{{0, 10}};
  std::vector<double> row;
  for (int k = 1; k <= 10; ++k) row.push_back(std::pow(1.125, k));
  const std::vector<Contributions> got = contributions_of({&solution, &groups, &polynomials, row, std::nullopt});
  EXPECT_NEAR(got[0].eta, 1e6 * std::pow(0.125, 10), 1e-14);
  const std::vector<double> zero(10, 0.0);
  const std::vector<Contributions> against = contributions_of({&solution, &groups, &polynomials, zero, row});
  ContributionRequest as_means{&solution, &groups, &polynomials, zero, zero};
  as_means.powers_of_reference = false;
  EXPECT_EQ(contributions_of(as_means)[0].base, 1e6);
  EXPECT_NEAR(against[0].base, 1e6 * std::pow(0.125, 10), 1e-14);
  EXPECT_EQ(against[0].eta, 1e6);
}

TEST(Contributions, AFitAtItsTrainingMeansIsTheIntercept) {
  Problem problem = random_problem({50, 4, LossKind::softmax, Storage::f64, false}, 93);
  const LinearFit model = fit(problem, fit_options(SolverChoice::automatic, 0.01));
  const std::vector<FeatureGroup> groups = single_columns(4);
  const std::vector<double> eta = predictions(problem, model.solution);
  const std::vector<double> row(problem.x.begin() + 8, problem.x.begin() + 12);
  const std::vector<Contributions> got = contributions_of({&model.solution, &groups, nullptr, row, std::nullopt});
  for (std::size_t k = 0; k < 3; ++k) {
    expect_sum(got[k]);
    EXPECT_EQ(got[k].base, model.solution.center_intercept[k]);
    EXPECT_NEAR(got[k].eta, eta[2 * 3 + k], 1e-14);
  }
  const std::vector<double>& means = model.moments.mean;
  EXPECT_TRUE(contributions_of({&model.solution, &groups, nullptr, means, std::nullopt})[0].columns.empty());
}

TEST(ColumnGroups, KeepsWhatComesOfOneColumnTogether) {
  Encoder encoder;
  encoder.columns.resize(3);
  encoder.columns[0].name = "age";
  encoder.columns[0].degree = 3;
  encoder.columns[0].indicator = true;
  encoder.columns[1].name = "color";
  encoder.columns[1].categorical = true;
  encoder.columns[1].levels = {"blue", "green", "red"};
  encoder.columns[1].reference = true;
  encoder.columns[2].name = "size";
  const std::vector<FeatureGroup> groups = column_groups(encoder, encoder.width());
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].count, 4U);
  EXPECT_EQ(groups[1].begin, 4U);
  EXPECT_EQ(groups[1].count, 2U);
  EXPECT_EQ(groups[2].begin, 6U);
  Encoder sparse;
  sparse.sparse = true;
  sparse.sparse_width = 2;
  EXPECT_EQ(column_groups(sparse, 2)[1].name, "f2");
}

TEST(Contributions, RefuseRowsAndGroupsThatDoNotFit) {
  const LinearSolution solution = random_solution(3, 1, 94);
  const std::vector<FeatureGroup> groups = single_columns(3), few = single_columns(2);
  const std::vector<double> row{1, 2, 3}, narrow{1, 2};
  EXPECT_THROW((void)contributions_of({&solution, &groups, nullptr, narrow, std::nullopt}), std::invalid_argument);
  EXPECT_THROW((void)contributions_of({&solution, &few, nullptr, row, std::nullopt}), std::invalid_argument);
  EXPECT_THROW((void)contributions_of({&solution, &groups, nullptr, row, narrow}), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
