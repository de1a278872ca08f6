// What must not change a fit: the order of rows, the units of a column, a weight of 2 instead of the row twice, threads
// and blocks, how the cells are stored. The issue asks for 1e-10 of the predictions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "plumbline/parallel/parallel.hpp"
#include "support/examples.hpp"
#include "support/fits.hpp"

namespace plumbline::testing {
namespace {

using InvarianceCase = std::tuple<LossKind, SolverChoice, Storage, double>;

class Invariance : public ::testing::TestWithParam<InvarianceCase> {
 protected:
  void SetUp() override {
    const auto [loss, solver, storage, l2] = GetParam();
    problem_ = random_problem({120, 5, loss, storage, false}, 51);
    solver_ = solver;
    l2_ = l2;
  }
  std::vector<double> predict(Problem& problem, const Problem& rows) {
    const LinearFit result = fit(problem, fit_options(solver_, l2_));
    EXPECT_EQ(result.report.verdict, Verdict::optimal) << result.report.advice;
    return predictions(rows, result.solution);
  }
  Problem problem_;
  SolverChoice solver_ = SolverChoice::automatic;
  double l2_ = 0;
};

TEST_P(Invariance, RowOrder) {
  const std::vector<double> expected = predict(problem_, problem_);
  std::vector<std::size_t> order(problem_.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::reverse(order.begin(), order.end());
  std::rotate(order.begin(), order.begin() + 37, order.end());
  Problem shuffled = pick_rows(problem_, order);
  EXPECT_LE(largest_difference(predict(shuffled, problem_), expected), 1e-10 * (1 + largest_size(expected)));
}

TEST_P(Invariance, UnitsOfColumns) {
  if (problem_.storage == Storage::byte) GTEST_SKIP() << "bytes have no other units";
  const std::vector<double> expected = predict(problem_, problem_);
  Problem scaled = problem_;
  // Powers of two for floats: any other unit would round the cells.
  const double large = problem_.storage == Storage::f32 ? 0x1p20 : 1e6;
  const std::vector<double> unit{large, 1 / large, 1, large, 1 / large};
  for (std::size_t i = 0; i < scaled.rows; ++i) {
    for (std::size_t j = 0; j < 5; ++j) scaled.at(i, j) *= unit[j];
  }
  EXPECT_LE(largest_difference(predict(scaled, scaled), expected), 1e-10 * (1 + largest_size(expected)));
}

TEST_P(Invariance, WeightOfTwoIsTheRowTwice) {
  Problem weighted = problem_;
  std::vector<std::size_t> twice;
  for (std::size_t i = 0; i < weighted.rows; ++i) {
    weighted.weight.push_back(2);
    twice.insert(twice.end(), {i, i});
  }
  Problem repeated = pick_rows(problem_, twice);
  const std::vector<double> expected = predict(repeated, problem_);
  EXPECT_LE(largest_difference(predict(weighted, problem_), expected), 1e-10 * (1 + largest_size(expected)));
}

TEST_P(Invariance, ThreadsAndBlocksLeaveTheSameBits) {
  const ThreadLimit one(1);
  const LinearFit expected = fit(problem_, fit_options(solver_, l2_));
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t block_rows : {1U, 3U, 7U}) {
      const LinearFit got = fit(problem_, fit_options(solver_, l2_), block_rows);
      EXPECT_EQ(got.solution.coefficients, expected.solution.coefficients);
      EXPECT_EQ(got.solution.center_intercept, expected.solution.center_intercept);
      EXPECT_EQ(got.report.objective, expected.report.objective);
      EXPECT_EQ(got.report.gap, expected.report.gap);
      EXPECT_EQ(got.report.iterations, expected.report.iterations);
    }
  }
}

TEST_P(Invariance, StorageOfTheSameNumbers) {
  const std::vector<double> expected = predict(problem_, problem_);
  Problem dense = problem_;
  dense.storage = Storage::f64;
  EXPECT_LE(largest_difference(predict(dense, problem_), expected), 1e-10 * (1 + largest_size(expected)));
}

std::string name_of_invariance_case(const ::testing::TestParamInfo<InvarianceCase>& info) {
  const auto [loss, solver, storage, l2] = info.param;
  return name_of(loss) + "_" + name_of(solver) + "_" + name_of(storage) + (l2 > 0 ? "_l2" : "");
}

const auto kStorages = ::testing::Values(Storage::f64, Storage::f32, Storage::byte, Storage::csr);
INSTANTIATE_TEST_SUITE_P(Direct, Invariance,
                         ::testing::Combine(::testing::Values(LossKind::squared),
                                            ::testing::Values(SolverChoice::cholesky, SolverChoice::qr), kStorages,
                                            ::testing::Values(0.0, 0.01)),
                         name_of_invariance_case);
INSTANTIATE_TEST_SUITE_P(Newton, Invariance,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(SolverChoice::newton), kStorages,
                                            ::testing::Values(0.0, 0.01)),
                         name_of_invariance_case);

// The example tables themselves, which are worse conditioned than random numbers.
TEST(InvarianceOfExamples, RescaledColumnsAndShuffledRows) {
  for (const char* name : {"diabetes_squared_l2_0", "breast_cancer_logistic_l2_1_over_n", "wine_softmax_l2_1_over_n"}) {
    ReferenceProblem reference = read_reference(name);
    Problem& problem = reference.problem;
    const LinearFitOptions options = fit_options(SolverChoice::automatic, reference.l2);
    const std::vector<double> expected = predictions(problem, fit(problem, options).solution);
    std::vector<std::size_t> order(problem.rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::rotate(order.begin(), order.begin() + 101, order.end());
    std::reverse(order.begin() + 20, order.end());
    Problem shuffled = pick_rows(problem, order);
    EXPECT_LE(largest_difference(predictions(problem, fit(shuffled, options).solution), expected),
              1e-10 * largest_size(expected))
        << name;
    Problem scaled = problem;
    for (std::size_t c = 0; c < scaled.x.size(); ++c) scaled.x[c] *= (c % scaled.columns) % 2 == 0 ? 1e6 : 1e-6;
    EXPECT_LE(largest_difference(predictions(scaled, fit(scaled, options).solution), expected),
              1e-10 * largest_size(expected))
        << name;
  }
}

}  // namespace
}  // namespace plumbline::testing
