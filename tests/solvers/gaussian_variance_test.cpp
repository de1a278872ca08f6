// Coefficients and variance of a Gaussian together.
#include "plumbline/solvers/gaussian_variance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/ridge_spectrum.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

struct SquaredRisk {
  explicit SquaredRisk(Problem& problem)
      : source(problem.source()),
        moments(column_moments(source)),
        risk(source, standardized_coordinates(moments, true, true), SquaredLoss{}, 0, moments.weight_sum) {}
  MemorySource source;
  Moments moments;
  EmpiricalRisk risk;
};

/// The least f over w at a variance, and where, in long double.
struct BestAt {
  Real value = 0;
  RealVector w;
};
BestAt best_at(const Problem& problem, const Coordinates& at, double l2, Real variance) {
  const Oracle ridge(problem, at, static_cast<double>(l2 * variance));
  const RealVector zero = RealVector::Zero(ridge.dimension());
  BestAt best;
  best.w = zero - ridge.hessian(zero).ldlt().solve(ridge.gradient(zero));
  best.value = std::log(2 * std::numbers::pi_v<Real> * variance) / 2 + ridge.value(best.w) / variance;
  return best;
}

GaussianVarianceRun fit(Problem& problem, double l2) {
  SquaredRisk at(problem);
  return fit_gaussian_variance(at.risk, l2, SolverChoice::automatic, {});
}

TEST(GaussianVariance, WithoutPenaltyItIsLeastSquares) {
  Problem problem = random_problem({40, 3, LossKind::squared, Storage::f64, true}, 71);
  SquaredRisk at(problem);
  const GaussianVarianceRun got = fit_gaussian_variance(at.risk, 0, SolverChoice::automatic, {});
  const Oracle oracle(problem, at.risk.coordinates(), 0);
  const RealVector w = oracle.minimise();
  EXPECT_LE((got.ridge.run.w - narrowed(w)).norm(), 1e-13);
  EXPECT_NEAR(got.variance, 2 * static_cast<double>(oracle.value(w)), 1e-13);
  EXPECT_NEAR(got.objective, 0.5 * std::log(2 * std::numbers::pi * got.variance) + 0.5, 1e-15);
  EXPECT_GT(got.null_objective, got.objective);
  EXPECT_EQ(got.ridge_l2, 0);
}

// The optimum of the joint objective: the best of a fine grid of variances is not lower, and variance and weights are
// stationary to rounding.
TEST(GaussianVariance, WithAPenaltyNoOtherPairIsLower) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    for (const double l2 : {0.001, 0.3, 20.0}) {
      Problem problem = random_problem({40, 4, LossKind::squared, storage, true}, 72);
      SquaredRisk at(problem);
      const GaussianVarianceRun got = fit_gaussian_variance(at.risk, l2, SolverChoice::automatic, {});
      const BestAt there = best_at(problem, at.risk.coordinates(), l2, got.variance);
      EXPECT_NEAR(got.objective, static_cast<double>(there.value), 1e-14 * (1 + std::fabs(got.objective)));
      EXPECT_LE((got.ridge.run.w - narrowed(there.w)).norm(), 1e-13 * got.ridge.run.w.norm());
      EXPECT_NEAR(got.ridge_l2, l2 * got.variance, 1e-14 * got.ridge_l2);
      const Oracle bare(problem, at.risk.coordinates(), 0);
      EXPECT_NEAR(got.variance, 2 * static_cast<double>(bare.value(there.w)), 1e-13 * got.variance);
      for (int k = -60; k <= 60; ++k) {
        const Real variance = got.variance * std::exp(k / 10.0L);
        EXPECT_GE(static_cast<double>(best_at(problem, at.risk.coordinates(), l2, variance).value),
                  got.objective - 1e-13);
      }
    }
  }
}

// With little noise and a penalty beyond 4 over the variance of y, both "small coefficients, all is noise" and "large
// coefficients, little noise" are minima, and the strength of the penalty says which is lower.
TEST(GaussianVariance, OfTwoMinimaTheLowerIsTaken) {
  Problem problem = random_problem({30, 2, LossKind::squared, Storage::f64, false}, 73);
  Draws draws(76);
  for (std::size_t i = 0; i < 30; ++i) {
    problem.target[i] = problem.at(i, 0) - 2 * problem.at(i, 1) + 0.003 * draws.normal();
  }
  SquaredRisk at(problem);
  int most_minima = 0, small = 0, large = 0;
  for (double l2 = 0.1; l2 < 1e3; l2 *= 1.7) {
    const GaussianVarianceRun got = fit(problem, l2);
    Real lowest = 1e300L, last = 1e300L;
    int minima = 0;
    bool falling = true;
    for (int k = -160; k <= 30; ++k) {
      const Real value = best_at(problem, at.risk.coordinates(), l2, std::exp(k / 10.0L)).value;
      minima += falling && value > last ? 1 : 0;
      falling = value < last;
      last = value;
      lowest = std::fmin(lowest, value);
    }
    most_minima = std::max(most_minima, minima);
    ++(got.variance < 0.01 ? small : large);
    EXPECT_LE(got.objective, static_cast<double>(lowest) + 1e-13) << l2;
  }
  EXPECT_GE(most_minima, 2);  // else this test says less than its name
  EXPECT_GT(small, 0);
  EXPECT_GT(large, 0);
}

TEST(GaussianVariance, ResidualsOfNothingHaveNoFiniteOptimum) {
  Problem problem = random_problem({20, 2, LossKind::squared, Storage::f64, false}, 74);
  for (std::size_t i = 0; i < 20; ++i) problem.target[i] = 3 + 2 * problem.at(i, 0) - problem.at(i, 1);
  for (const double l2 : {0.0, 0.1}) {
    const GaussianVarianceRun got = fit(problem, l2);
    EXPECT_EQ(got.variance, 0);
    EXPECT_EQ(got.objective, -HUGE_VAL);
    EXPECT_TRUE(got.ridge.run.w.allFinite());
  }
  problem.target.assign(20, 5);
  EXPECT_EQ(fit(problem, 0.1).variance, 0);
}

TEST(GaussianVariance, RefusesWhatIsTooWideForASpectrum) {
  Problem problem = random_problem({5, kWidestSpectrum, LossKind::squared, Storage::f64, false}, 75);
  SquaredRisk at(problem);
  EXPECT_THROW((void)fit_gaussian_variance(at.risk, 1, SolverChoice::automatic, {}), UsageError);
}

}  // namespace
}  // namespace plumbline::testing
