// What rows do not determine gets no standard error, and the reason; what they do keeps the one it would have without
// the columns that are too many.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "inference/inference_problem.hpp"
#include "plumbline/inference/profile_likelihood.hpp"
#include "support/least_squares.hpp"
#include "support/strd.hpp"

namespace plumbline::testing {
namespace {

/// Columns 0 … p − 1 of `problem` and after them a constant one and twice the last minus 3.
Problem with_useless_columns(const Problem& problem) {
  Problem wider = problem;
  wider.columns = problem.columns + 2;
  wider.x.clear();
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t j = 0; j < problem.columns; ++j) wider.x.push_back(problem.at(i, j));
    wider.x.push_back(4);
    wider.x.push_back(2 * problem.at(i, problem.columns - 1) - 3);
  }
  return wider;
}

class Undetermination : public ::testing::TestWithParam<LossKind> {};

TEST_P(Undetermination, IsNamedAndHarmsNobodyElse) {
  const Problem problem = random_problem({80, 3, GetParam(), Storage::f64, true}, 4);
  const InferenceProblem plain(problem);
  InferenceProblem wide(with_useless_columns(problem));
  EXPECT_EQ(wide.fitted().least_squares.has_value(), false);
  const std::vector<Undetermined> expected = {Undetermined::no,       Undetermined::no,        Undetermined::collinear,
                                              Undetermined::constant, Undetermined::collinear, Undetermined::collinear};
  std::vector<std::uint64_t> clusters(problem.rows);
  for (std::size_t i = 0; i < problem.rows; ++i) clusters[i] = i % 9;
  for (const CovarianceKind kind : kEveryKind) {
    if (uses_leverage(kind) && outputs_of(problem.loss) > 1) continue;
    const CoefficientCovariance a = plain.covariance(kind, clusters), b = wide.covariance(kind, clusters);
    EXPECT_EQ(b.state, expected);
    EXPECT_EQ(b.rank, a.rank);
    EXPECT_EQ(b.parameters, a.parameters);
    for (std::size_t k = 0; k < a.roots.size(); ++k) {
      expect_relative(b.standard_errors(k).head(2), a.standard_errors(k).head(2), 1e-7, "determined");
      for (const Eigen::Index j : {2, 3, 4, 5}) EXPECT_TRUE(std::isnan(b.standard_errors(k)[j])) << j;
    }
  }
  const LinearInference result = wide.infer({});
  EXPECT_TRUE(std::isfinite(result.tables[0][2].estimate));
  EXPECT_TRUE(std::isnan(result.tables[0][2].p_value) && std::isnan(result.tables[0][2].upper));
  EXPECT_EQ(result.tables[0][2].state, Undetermined::collinear);
}

INSTANTIATE_TEST_SUITE_P(Losses, Undetermination,
                         ::testing::Values(LossKind::squared, LossKind::logistic, LossKind::multilabel,
                                           LossKind::softmax),
                         [](const auto& each) { return name_of(each.param); });

// x twice: only the sum of the two coefficients is determined, and with it the intercept.
TEST(Undetermined, InterceptBesideTwins) {
  Problem problem = random_problem({60, 2, LossKind::squared, Storage::f64, false}, 9);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 1) = problem.at(i, 0);
  const CoefficientCovariance covariance = InferenceProblem(problem).covariance(CovarianceKind::classical);
  EXPECT_EQ(covariance.state,
            (std::vector<Undetermined>{Undetermined::collinear, Undetermined::collinear, Undetermined::no}));
  EXPECT_TRUE(std::isfinite(covariance.standard_errors(0)[2]));
}

TEST(Undetermined, NoDegreesOfFreedom) {
  const Problem problem = random_problem({4, 3, LossKind::squared, Storage::f64, false}, 2);
  const LinearInference result = InferenceProblem(problem).infer({});
  EXPECT_FALSE(result.covariance.reason.empty());
  for (const CoefficientFigures& row : result.tables[0]) {
    EXPECT_EQ(row.state, Undetermined::no_degrees_of_freedom);
    EXPECT_TRUE(std::isnan(row.standard_error) && std::isnan(row.p_value));
  }
  EXPECT_TRUE(std::isnan(result.summary.residual_sd) && std::isnan(result.summary.f.p_value));
}

TEST(Undetermined, ARowOfLeverageOneHasNoHc3) {
  Problem problem = random_problem({30, 2, LossKind::squared, Storage::f64, false}, 2);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 1) = i == 7 ? 1 : 0;
  const InferenceProblem fit(problem);
  EXPECT_TRUE(fit.covariance(CovarianceKind::hc1).reason.empty());
  const CoefficientCovariance covariance = fit.covariance(CovarianceKind::hc3);
  EXPECT_NE(covariance.reason.find("leverage 1"), std::string::npos);
  EXPECT_TRUE(std::isnan(covariance.standard_errors(0)[0]));
}

TEST(Undetermined, ContractsAreChecked) {
  const Problem problem = random_problem({30, 2, LossKind::softmax, Storage::f64, false}, 2);
  InferenceProblem fit(problem);
  EXPECT_THROW((void)fit.covariance(CovarianceKind::hc3), std::invalid_argument);
  EXPECT_THROW((void)fit.covariance(CovarianceKind::cluster, {1, 2}), std::invalid_argument);
  EXPECT_THROW((void)profile_intervals(fit.fitted(), {}), std::invalid_argument);
  EXPECT_FALSE(inference_refusal(HingeLoss{}, 3).empty());
  EXPECT_FALSE(inference_refusal(LogisticLoss{1, 0.1}, 3).empty());
  EXPECT_FALSE(inference_refusal(SoftmaxLoss{100}, 100).empty());
  EXPECT_TRUE(inference_refusal(LogisticLoss{100}, 100).empty());
  fit.fitted().loss = HingeLoss{};
  EXPECT_THROW((void)fit.covariance(CovarianceKind::classical), std::invalid_argument);
}

// Sets as hard as NIST's hardest: covariances take the digits of the double-double solver over.
// NIST's own certified values are asked for in tests/pipeline.
TEST(Exact, StandardErrorsKeepTheirDigits) {
  const std::string folder = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/strd_like/";
  for (const char* name : {"Narrow10", "Narrow8", "NoIntercept", "Noise4", "Noise5", "Offset", "Series6", "Years3"}) {
    const ReferenceRegression set = read_reference_regression(folder + name + ".dat");
    LeastSquaresProblem problem(set.x, set.predictors, set.y, set.degree, set.intercept);
    const LeastSquaresRun run = problem.solve(SolverChoice::automatic);
    ASSERT_TRUE(run.inference && run.exact);
    FittedLinear fitted;
    fitted.source = &problem.risk().source();
    fitted.coordinates = problem.risk().coordinates();
    fitted.loss = SquaredLoss{};
    fitted.solution.coefficients = run.exact->coefficients;
    fitted.solution.center.assign(run.exact->coefficients.size(), 0.0);
    fitted.solution.center_intercept = {run.exact->intercept};
    fitted.weight_sum = static_cast<double>(set.y.size());
    fitted.least_squares = run.inference;
    Vector errors = coefficient_covariance(fitted, {}).standard_errors(0);
    if (set.intercept) std::rotate(errors.data(), errors.data() + errors.size() - 1, errors.data() + errors.size());
    for (std::size_t j = 0; j < set.standard_errors.size(); ++j) {
      EXPECT_GE(correct_digits(errors[static_cast<Eigen::Index>(j)], set.standard_errors[j]), 14.5) << name << j;
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
