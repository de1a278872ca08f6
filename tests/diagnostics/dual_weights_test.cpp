// Dual weights and coefficients: a prediction as a sum over the training rows.
#include "plumbline/diagnostics/dual_weights.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <tuple>

#include "diagnostics/influence_support.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

using DualWeightsCase = std::tuple<Storage, bool, bool, double>;
class DualWeightsOf : public ::testing::TestWithParam<DualWeightsCase> {};

// ŷ is linear in y: raising y_i by 1 and fitting again moves it by m_i, exactly but for rounding (1e-13 is reached).
TEST_P(DualWeightsOf, AreWhatRaisingATargetDoes) {
  const auto [storage, intercept, weighted, l2] = GetParam();
  Problem problem = random_problem({20, 4, LossKind::squared, storage, weighted}, 71);
  for (double& y : problem.target) y += 100;
  FittedProblem fit(problem, l2, intercept);
  const LeastSquaresRoot root = least_squares_root(fit.risk, fit.w);
  const Coordinates& at = fit.risk.coordinates();
  const Vector query = 1.5 * solver_row(problem, at, 3) - 0.5 * solver_row(problem, at, 8);
  const DualWeights got = dual_weights(fit.risk, root, query, 5);
  double prediction = 0, of_weights = 0;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    prediction += got.weight[i] * problem.target[i];
    of_weights += got.weight[i];
    Problem raised = problem;
    raised.target[i] += 1;
    const Oracle before(problem, at, l2), after(raised, at, l2);
    const RealVector zero = RealVector::Zero(before.dimension());
    const RealVector moved = -before.hessian(zero).lu().solve(after.gradient(zero) - before.gradient(zero));
    EXPECT_NEAR(got.weight[i], query.dot(narrowed(moved)), 1e-11);
  }
  EXPECT_NEAR(prediction, query.dot(fit.w), 1e-11 * 100);
  EXPECT_NEAR(got.carried.prediction, query.dot(fit.w), 1e-11 * 100);
  if (intercept) {
    EXPECT_NEAR(of_weights, 1, 1e-12);
    EXPECT_NEAR(got.carried.base, fit.w[4], 1e-11 * 100);  // centred: the mean of the targets
  } else {
    EXPECT_EQ(got.carried.base, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DualWeightsOf,
                         ::testing::Combine(::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Bool(), ::testing::Values(0, 0.3)));

TEST(DualWeights, TopRowsAreTheLargestWithTheirShare) {
  Problem problem = random_problem({40, 3, LossKind::squared, Storage::f64, true}, 72);
  FittedProblem fit(problem, 0.1);
  const LeastSquaresRoot root = least_squares_root(fit.risk, fit.w);
  const Vector query = solver_row(problem, fit.risk.coordinates(), 7);
  const CarriedPrediction few = dual_weights(fit.risk, root, query, 4).carried;
  const CarriedPrediction all = dual_weights(fit.risk, root, query, 100).carried;
  ASSERT_EQ(few.top.size(), 4U);
  ASSERT_EQ(all.top.size(), 40U);
  EXPECT_NEAR(all.top_share, 1, 1e-14);
  double of_four = 0, size = 0, sum = all.base;
  for (std::size_t k = 0; k < 40; ++k) {
    if (k > 0) {
      EXPECT_GE(std::fabs(all.top[k - 1].contribution), std::fabs(all.top[k].contribution));
    }
    of_four += k < 4 ? std::fabs(all.top[k].contribution) : 0;
    size += std::fabs(all.top[k].contribution);
    sum += all.top[k].contribution;
    const double y = problem.target[all.top[k].row];
    EXPECT_DOUBLE_EQ(all.top[k].contribution, all.top[k].weight * (y - all.base));
  }
  for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(few.top[k].row, all.top[k].row);
  EXPECT_NEAR(few.top_share, of_four / size, 1e-14);
  EXPECT_NEAR(sum, all.prediction, 1e-13);
}

TEST(DualWeights, AWeightOfTwoIsTheRowTwice) {
  RepeatedRows rows({24, 3, LossKind::squared, Storage::f64, false}, 73);
  FittedProblem a(rows.weighted, 0.2), b(rows.repeated, 0.2);
  const Vector query = solver_row(rows.weighted, a.risk.coordinates(), 5);
  const DualWeights of_a = dual_weights(a.risk, least_squares_root(a.risk, a.w), query, 3);
  const DualWeights of_b = dual_weights(b.risk, least_squares_root(b.risk, b.w), query, 3);
  for (std::size_t k = 0; k < rows.row.size(); ++k) {
    const std::size_t i = rows.row[k];
    EXPECT_NEAR(of_a.weight[i], rows.weighted.weight[i] * of_b.weight[k], 1e-13);
  }
  EXPECT_NEAR(of_a.carried.prediction, of_b.carried.prediction, 1e-12);
}

TEST(LargestRows, TakesEqualsInOrderAndNoNumberAsNothing) {
  const std::vector<double> values{1, -3, std::nan(""), 3, 0, -2};
  EXPECT_EQ(largest_rows(values.data(), 6, 4), (std::vector<std::size_t>{1, 3, 5, 0}));
  EXPECT_EQ(largest_rows(values.data(), 6, 9).size(), 6U);
  EXPECT_TRUE(largest_rows(values.data(), 0, 3).empty());
}

using KernelCase = std::tuple<LossKind, Storage, bool, bool>;
class DualCoefficientsOf : public ::testing::TestWithParam<KernelCase> {};

// At the optimum the sum over rows is the predictor; what is missing is the gradient there over n·l2, some 1e-13.
TEST_P(DualCoefficientsOf, AddUpToThePredictor) {
  const auto [kind, storage, intercept, weighted] = GetParam();
  Problem problem = random_problem({50, 4, kind, storage, weighted}, 74);
  FittedProblem fit(problem, 0.05, intercept);
  const Coordinates& at = fit.risk.coordinates();
  const Vector query = solver_row(problem, at, 2) - 0.25 * solver_row(problem, at, 9);
  const DualCoefficients got = dual_coefficients(fit.risk, fit.w, query, 3);
  const std::size_t outputs = fit.risk.outputs(), d = fit.risk.width();
  const Oracle oracle(problem, at, 0.05);
  ASSERT_EQ(got.carried.size(), outputs);
  for (std::size_t k = 0; k < outputs; ++k) {
    const double eta = query.dot(fit.w.segment(static_cast<Index>(k * d), static_cast<Index>(d)));
    EXPECT_NEAR(got.carried[k].prediction, eta, 1e-10);
    EXPECT_EQ(got.carried[k].top.size(), 3U);
  }
  const Eigen::Map<const Matrix> w(fit.w.data(), static_cast<Index>(d), static_cast<Index>(outputs));
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const RealVector x = oracle.design().row(static_cast<Index>(i)), eta = w.cast<Real>().transpose() * x;
    const double* y = problem.target.data() + i * problem.target_width;
    const RealVector slope = std::visit([&](const auto& l) { return row_loss(l, y, eta); }, problem.loss).gradient;
    const Real s = oracle.weight(static_cast<Index>(i));
    for (std::size_t k = 0; k < outputs; ++k) {
      const Real expected = -s * slope[static_cast<Index>(k)] / (oracle.weight_sum() * Real{0.05});
      EXPECT_NEAR(got.coefficient[i * outputs + k], static_cast<double>(expected), 1e-12);
    }
    const Real kernel = x.head(4).dot(query.head(4).cast<Real>());
    EXPECT_NEAR(got.kernel[i], static_cast<double>(kernel), 1e-12);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DualCoefficientsOf,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Bool()));

TEST(DualCoefficients, FeaturesOfFactorZeroAreInTheBase) {
  Problem problem = random_problem({50, 4, LossKind::logistic, Storage::f64, false}, 75);
  FittedProblem plain(problem, 0.1);
  Coordinates at = plain.risk.coordinates();
  at.penalty_factor = {0, 2, 1, 0.5};
  EmpiricalRisk risk(plain.source, at, problem.loss, 0.1, 50);
  const Vector w = FittedProblem::minimise(risk, plain.w);
  const Vector query = solver_row(problem, at, 1);
  const CarriedPrediction carried = dual_coefficients(risk, w, query, 3).carried.front();
  EXPECT_NEAR(carried.prediction, query.dot(w), 1e-11);
  EXPECT_NEAR(carried.base, query[0] * w[0] + w[4], 1e-13);
}

TEST(DualCoefficients, NeedAPenalty) {
  Problem problem = random_problem({50, 4, LossKind::logistic, Storage::f64, false}, 76);
  FittedProblem fit(problem, 0);
  EXPECT_THROW((void)dual_coefficients(fit.risk, fit.w, solver_row(problem, fit.risk.coordinates(), 0), 3),
               std::invalid_argument);
}

TEST(DualCoefficients, TheSameBitsForAnyThreadsAndBlocks) {
  for (const LossKind kind : {LossKind::squared, LossKind::softmax}) {
    Problem problem = random_problem({9000, 3, kind, Storage::f32, true}, 77);
    FittedProblem whole(problem, 0.1);
    const Vector query = solver_row(problem, whole.risk.coordinates(), 4);
    const DualCoefficients expected = dual_coefficients(whole.risk, whole.w, query, 3);
    const ThreadLimit limit(1);
    FittedProblem cut(problem, 0.1, true, 11);
    const DualCoefficients got = dual_coefficients(cut.risk, whole.w, query, 3);
    EXPECT_EQ(got.carried[0].prediction, expected.carried[0].prediction);
    EXPECT_EQ(got.carried[0].top_share, expected.carried[0].top_share);
  }
}

}  // namespace
}  // namespace plumbline::testing
