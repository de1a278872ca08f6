// Closed-form leave-one-out against fits that really leave the row out.
#include "plumbline/solvers/leave_one_out.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "plumbline/parallel/parallel.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

struct LeftOutRisk {
  LeftOutRisk(Problem& problem, bool intercept, bool standardize = true, std::size_t block_rows = 0)
      : source(problem.source(block_rows)),
        moments(column_moments(source)),
        risk(source, standardized_coordinates(moments, intercept, standardize), SquaredLoss{}, 0, moments.weight_sum) {}
  MemorySource source;
  Moments moments;
  EmpiricalRisk risk;
};

/// The losses of rows left out one after the other, by brute force in long double: one copy of row i taken out of its
/// weight, the coordinates and the penalty in all kept.
L2Point brute_force(const Problem& problem, const Coordinates& at, double l2) {
  const Oracle full(problem, at, 0);
  const double total = static_cast<double>(full.weight_sum());
  Problem without = problem;
  if (without.weight.empty()) without.weight.assign(problem.rows, 1);
  double loss = 0, squared = 0;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const double s = without.weight[i], left_out = std::fmin(s, 1);
    if (s == 0) continue;
    without.weight[i] = s - left_out;
    const Oracle oracle(without, at, l2 * total / (total - left_out));
    const RealVector zero = RealVector::Zero(oracle.dimension());
    const RealVector w = zero - oracle.hessian(zero).ldlt().solve(oracle.gradient(zero));
    const Real residual = problem.target[i] - full.design().row(static_cast<Eigen::Index>(i)).dot(w);
    const double l = static_cast<double>(residual * residual / 2);
    loss += s * l;
    squared += s * l * l;
    without.weight[i] = s;
  }
  const double mean = loss / total;
  return {l2, mean, std::sqrt((squared - mean * loss) / (total - 1) / total)};
}

using LeftOutCase = std::tuple<Storage, bool, bool, bool>;
class LeaveOneOut : public ::testing::TestWithParam<LeftOutCase> {};

// Both are exact but for rounding: 1e-9 asks for far less than the 1e-13 that is reached, and any wrong term is larger.
TEST_P(LeaveOneOut, IsWhatFitsWithoutTheRowSay) {
  const auto [storage, intercept, weighted, standardize] = GetParam();
  Problem problem = random_problem({25, 4, LossKind::squared, storage, weighted}, 51);
  for (double& y : problem.target) y += 100;  // an offset that the intercept, or nothing, takes up
  LeftOutRisk at(problem, intercept, standardize);
  const std::vector<double> l2s{10, 0.3, 0.01, 0};
  const std::vector<L2Point> curve = leave_one_out_curve(at.risk, ridge_spectrum(at.risk), l2s, silent_progress());
  ASSERT_EQ(curve.size(), l2s.size());
  for (const L2Point& point : curve) {
    const L2Point expected = brute_force(problem, at.risk.coordinates(), point.l2);
    EXPECT_NEAR(point.loss, expected.loss, 1e-9 * expected.loss) << point.l2;
    EXPECT_NEAR(point.standard_error, expected.standard_error, 1e-9 * expected.standard_error) << point.l2;
  }
}

INSTANTIATE_TEST_SUITE_P(All, LeaveOneOut,
                         ::testing::Combine(::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Bool(), ::testing::Bool()));

TEST(LeaveOneOutChoice, FeaturesOfFactorZeroAreNotPenalised) {
  Problem problem = random_problem({30, 4, LossKind::squared, Storage::f64, false}, 52);
  LeftOutRisk plain(problem, true);
  Coordinates coordinates = plain.risk.coordinates();
  coordinates.penalty_factor = {0, 2, 1, 0};
  EmpiricalRisk risk(plain.source, coordinates, SquaredLoss{}, 0, 30);
  const std::vector<L2Point> curve = leave_one_out_curve(risk, ridge_spectrum(risk), {1, 0}, silent_progress());
  for (const L2Point& point : curve) {
    const L2Point expected = brute_force(problem, coordinates, point.l2);
    EXPECT_NEAR(point.loss, expected.loss, 1e-9 * expected.loss);
  }
}

TEST(LeaveOneOutChoice, AWeightOfTwoIsTheRowTwice) {
  Problem weighted = random_problem({20, 3, LossKind::squared, Storage::f64, false}, 53);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < weighted.rows; ++i) {
    weighted.weight.push_back(static_cast<double>(i % 3));
    for (std::size_t copy = 0; copy < i % 3; ++copy) rows.push_back(i);
  }
  Problem repeated = pick_rows(weighted, rows);
  repeated.weight.clear();
  LeftOutRisk a(weighted, true), b(repeated, true);
  const L2Choice of_a = choose_l2_by_leave_one_out(a.risk, silent_progress());
  const L2Choice of_b = choose_l2_by_leave_one_out(b.risk, silent_progress());
  EXPECT_NEAR(of_a.l2, of_b.l2, 1e-12 * of_b.l2);
  ASSERT_EQ(of_a.curve.size(), of_b.curve.size());
  for (std::size_t k = 0; k < of_a.curve.size(); ++k) {
    EXPECT_NEAR(of_a.curve[k].loss, of_b.curve[k].loss, 1e-12 * of_b.curve[k].loss);
    EXPECT_NEAR(of_a.curve[k].standard_error, of_b.curve[k].standard_error, 1e-11 * of_b.curve[k].standard_error);
  }
}

TEST(LeaveOneOutChoice, TakesTheLargestWithinOneStandardErrorOfTheBest) {
  Problem problem = random_problem({60, 8, LossKind::squared, Storage::f64, false}, 54);
  LeftOutRisk at(problem, true);
  const L2Choice choice = choose_l2_by_leave_one_out(at.risk, silent_progress());
  EXPECT_STREQ(choice.method, "leave-one-out");
  ASSERT_EQ(choice.curve.size(), 62U);  // six decades of ten, both ends, and 0
  EXPECT_EQ(choice.curve.back().l2, 0);
  double best = HUGE_VAL, bound = 0;
  for (const L2Point& point : choice.curve) {
    if (point.loss < best) bound = point.loss + point.standard_error;
    best = std::fmin(best, point.loss);
  }
  for (const L2Point& point : choice.curve) {
    if (point.l2 > choice.l2) {
      EXPECT_GT(point.loss, bound);
    }
    if (point.l2 == choice.l2) {
      EXPECT_LE(point.loss, bound);
    }
    if (point.l2 == choice.best_l2) {
      EXPECT_EQ(point.loss, best);
    }
  }
  EXPECT_GE(choice.l2, choice.best_l2);
}

TEST(LeaveOneOutChoice, LeavesOutZeroWithoutFullRankAndRowsThatCannotBeLeftOut) {
  Problem problem = random_problem({12, 15, LossKind::squared, Storage::f64, false}, 55);
  LeftOutRisk wide(problem, true);
  EXPECT_FALSE(ridge_spectrum(wide.risk).full_rank);
  EXPECT_GT(choose_l2_by_leave_one_out(wide.risk, silent_progress()).curve.back().l2, 0);

  Problem single = random_problem({12, 2, LossKind::squared, Storage::f64, false}, 56);
  for (std::size_t i = 0; i < 12; ++i) single.at(i, 0) = i == 3 ? 1 : 0;  // at l2 = 0 row 3 is fitted whatever it says
  LeftOutRisk at(single, true);
  EXPECT_TRUE(ridge_spectrum(at.risk).full_rank);
  EXPECT_GT(choose_l2_by_leave_one_out(at.risk, silent_progress()).curve.back().l2, 0);
}

TEST(LeaveOneOutChoice, NothingToChooseWhereNothingCanBeLearned) {
  Problem problem = random_problem({10, 2, LossKind::squared, Storage::f64, false}, 57);
  problem.target.assign(10, 3);
  LeftOutRisk at(problem, true);
  const L2Choice choice = choose_l2_by_leave_one_out(at.risk, silent_progress());
  EXPECT_STREQ(choice.method, "none");
  EXPECT_TRUE(choice.curve.empty());
  EXPECT_EQ(choice.l2, 0);
}

TEST(LeaveOneOutChoice, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = random_problem({9000, 3, LossKind::squared, Storage::f32, true}, 58);
  LeftOutRisk whole(problem, true);
  const L2Choice expected = choose_l2_by_leave_one_out(whole.risk, silent_progress());
  const ThreadLimit limit(1);
  LeftOutRisk cut(problem, true, true, 11);
  const L2Choice got = choose_l2_by_leave_one_out(cut.risk, silent_progress());
  EXPECT_EQ(got.l2, expected.l2);
  ASSERT_EQ(got.curve.size(), expected.curve.size());
  for (std::size_t k = 0; k < got.curve.size(); ++k) EXPECT_EQ(got.curve[k].loss, expected.curve[k].loss);
}

TEST(RidgeSpectrum, SolvesRidgeAtAnyL2) {
  Problem problem = random_problem({40, 5, LossKind::squared, Storage::f64, true}, 59);
  LeftOutRisk at(problem, true);
  const RidgeSpectrum spectrum = ridge_spectrum(at.risk);
  const RealVector zero = RealVector::Zero(6);
  double least = 0;
  for (const double l2 : {0.0, 0.02, 3.0}) {
    const Oracle oracle(problem, at.risk.coordinates(), l2), bare(problem, at.risk.coordinates(), 0);
    const RealVector w = zero - oracle.hessian(zero).ldlt().solve(oracle.gradient(zero));
    Vector solution = spectrum.solution(l2);
    solution[5] += spectrum.target_shift;
    EXPECT_LE((solution - narrowed(w)).norm(), 1e-13 * solution.norm()) << l2;
    const double mean_square = 2 * static_cast<double>(bare.value(w));
    if (l2 == 0) least = mean_square;
    EXPECT_NEAR(least + spectrum.excess_mean_square(l2), mean_square, 1e-13 * mean_square) << l2;
  }
}

}  // namespace
}  // namespace plumbline::testing
