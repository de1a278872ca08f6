#include "plumbline/inference/posterior.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <tuple>

#include "diagnostics/influence_support.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/inference/posterior_link.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

Posterior posterior_of(FittedProblem& fit) {
  if (!fit.risk.is_quadratic()) return laplace_posterior(fit.risk, fit.w);
  return least_squares_posterior(fit.risk, least_squares_root(fit.risk, fit.w));
}

/// Covariance of all weights, in long double: (n·H)⁻¹, times σ² for least squares.
RealMatrix exact_covariance(const Problem& problem, const FittedProblem& fit) {
  const Oracle oracle(problem, fit.risk.coordinates(), fit.risk.l2());
  const RealMatrix inverse = oracle.hessian(widened(fit.w)).inverse() / oracle.weight_sum();
  if (!fit.risk.is_quadratic()) return inverse;
  const Oracle bare(problem, fit.risk.coordinates(), 0);
  const Real n = oracle.weight_sum(), squares = 2 * n * bare.value(widened(fit.w));
  return inverse * squares / (n - (inverse * n * bare.hessian(widened(fit.w))).trace());
}

using Case = std::tuple<LossKind, Storage, bool, bool, double>;
class PosteriorOf : public ::testing::TestWithParam<Case> {};

// Both are exact but for rounding.
TEST_P(PosteriorOf, HasTheCovarianceOfTheTextbook) {
  const auto [kind, storage, weighted, intercept, l2] = GetParam();
  Problem problem = random_problem({60, 3, kind, storage, weighted}, 41);
  FittedProblem fit(problem, l2, intercept);
  const Posterior posterior = posterior_of(fit);
  EXPECT_TRUE(posterior.proper);
  const RealMatrix covariance = exact_covariance(problem, fit);
  MemorySource rows = problem.source();
  const PosteriorPrediction got = predict_in_closed_form(rows, posterior);
  ASSERT_EQ(got.rows, 60U);
  const auto d = static_cast<Index>(fit.risk.width());
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const RealVector x = widened(solver_row(problem, fit.risk.coordinates(), i));
    for (std::size_t k = 0; k < got.width; ++k) {
      const auto at = static_cast<Index>(k) * d;
      const Real mean = x.dot(widened(fit.w).segment(at, d)), variance = x.dot(covariance.block(at, at, d, d) * x);
      const std::size_t cell = i * got.width + k;
      if (kind == LossKind::squared) {
        EXPECT_NEAR(got.mean[cell], static_cast<double>(mean), 1e-12);
        EXPECT_NEAR(got.sd[cell], static_cast<double>(std::sqrt(variance)), 1e-11);
        EXPECT_NEAR(got.sd_with_noise[i], std::hypot(got.sd[cell], std::sqrt(posterior.noise_variance)), 1e-13);
        continue;
      }
      EXPECT_NEAR(got.mean[cell], static_cast<double>(sigmoid_of(mean / std::sqrt(1 + M_PI / 8 * variance))), 1e-11);
      const NormalMoments exact =
          integrate_probability(LogisticLoss{1}, static_cast<double>(mean), static_cast<double>(variance));
      EXPECT_NEAR(got.sd[cell], exact.sd, 1e-10);
      EXPECT_NEAR(got.mean_error[cell], std::fabs(exact.mean - got.mean[cell]), 1e-10);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, PosteriorOf,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel),
                                            ::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Bool(), ::testing::Values(0, 0.05)));

// Draws are checked against the closed form by the error they print: of 60 means (and sds) none should be beyond 4.5
// standard errors (chance 4e-4 for all of them together; the seed is fixed).
TEST(PosteriorDraws, AgreeWithTheClosedFormWithinTheirPrintedError) {
  for (const double l2 : {0.0, 0.1}) {
    Problem problem = random_problem({60, 3, LossKind::squared, Storage::f64, true}, 42);
    FittedProblem fit(problem, l2);
    const Posterior posterior = posterior_of(fit);
    MemorySource rows = problem.source();
    const PosteriorPrediction exact = predict_in_closed_form(rows, posterior);
    const PosteriorPrediction drawn = predict_by_draws(rows, posterior, 4000, 7);
    double worst = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      EXPECT_NEAR(drawn.mean_error[i], exact.sd[i] / std::sqrt(4000), 0.1 * drawn.mean_error[i]);
      EXPECT_NEAR(drawn.sd_error[i], exact.sd[i] / std::sqrt(8000), 0.25 * drawn.sd_error[i]);
      EXPECT_NEAR(drawn.mean[i], exact.mean[i], 4.5 * drawn.mean_error[i]);
      EXPECT_NEAR(drawn.sd[i], exact.sd[i], 4.5 * drawn.sd_error[i]);
      worst = std::fmax(worst, std::fabs(drawn.mean[i] - exact.mean[i]) / drawn.mean_error[i]);
    }
    EXPECT_GT(worst, 0.2);  // and they are draws
  }
}

TEST(PosteriorDraws, HaveTheCovarianceOfSoftmax) {
  Problem problem = random_problem({60, 2, LossKind::softmax, Storage::f64, false}, 43);
  FittedProblem fit(problem, 0.1);
  const Posterior posterior = posterior_of(fit);
  constexpr Index kDraws = 20000;
  Matrix draws = posterior_draws(posterior, kDraws, 3);
  draws.colwise() -= posterior.mean;
  const Matrix got = draws * draws.transpose() / static_cast<double>(kDraws);
  // The common shift of the intercepts is not determined by the rows: compare differences to the first class.
  Matrix contrasts = Matrix::Zero(6, 9);
  for (Index k = 1; k < 3; ++k) {
    contrasts.block(3 * (k - 1), 3 * k, 3, 3).setIdentity();
    contrasts.block(3 * (k - 1), 0, 3, 3) = -Matrix::Identity(3, 3);
  }
  const Oracle oracle(problem, fit.risk.coordinates(), 0.1);
  RealMatrix hessian = oracle.hessian(widened(fit.w));
  RealVector flat = RealVector::Zero(9);
  flat[2] = flat[5] = flat[8] = 1;
  hessian += flat * flat.transpose();
  const Matrix expected = contrasts * (hessian.inverse() / 60).cast<double>() * contrasts.transpose();
  const Matrix of_draws = contrasts * got * contrasts.transpose();
  for (Index a = 0; a < 6; ++a) {
    for (Index b = 0; b < 6; ++b) {
      // The variance of a sample covariance is (Σ_aa Σ_bb + Σ_ab²)/N: within 4.5 of its root.
      const double error = std::sqrt((expected(a, a) * expected(b, b) + expected(a, b) * expected(a, b)) / kDraws);
      EXPECT_NEAR(of_draws(a, b), expected(a, b), 4.5 * error);
    }
  }
}

TEST(PosteriorDraws, OfClassesAreProbabilities) {
  for (const LossKind kind : {LossKind::softmax, LossKind::multilabel, LossKind::logistic}) {
    Problem problem = random_problem({40, 3, kind, Storage::csr, true}, 44);
    FittedProblem fit(problem, 0.05);
    MemorySource rows = problem.source();
    const PosteriorPrediction got = predict_by_draws(rows, posterior_of(fit), 500, 5);
    for (std::size_t i = 0; i < 40; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < got.width; ++k) sum += got.mean[i * got.width + k];
      if (kind == LossKind::softmax) {
        EXPECT_NEAR(sum, 1, 1e-13);
      }
    }
    EXPECT_TRUE(got.sd_with_noise.empty());
    if (kind == LossKind::softmax) {
      EXPECT_THROW((void)predict_in_closed_form(rows, posterior_of(fit)), UsageError);
      continue;
    }
    const PosteriorPrediction closed = predict_in_closed_form(rows, posterior_of(fit));
    for (std::size_t c = 0; c < got.mean.size(); ++c) {
      EXPECT_NEAR(got.mean[c], closed.mean[c], closed.mean_error[c] + 4.5 * got.mean_error[c]);
      EXPECT_NEAR(got.sd[c], closed.sd[c], 4.5 * got.sd_error[c]);
    }
  }
}

TEST(PosteriorDraws, TheSameSeedGivesTheSameBitsHoweverItIsComputed) {
  for (const LossKind kind : {LossKind::squared, LossKind::softmax}) {
    Problem problem = random_problem({3000, 3, kind, Storage::f32, false}, 45);
    FittedProblem fit(problem, 0.1);
    const Posterior posterior = posterior_of(fit);
    MemorySource rows = problem.source(), cut = problem.source(11);
    const PosteriorPrediction expected = predict_by_draws(rows, posterior, 40, 9);
    const ThreadLimit limit(1);
    const PosteriorPrediction got = predict_by_draws(cut, posterior, 40, 9);
    EXPECT_EQ(got.mean, expected.mean);
    EXPECT_EQ(got.sd, expected.sd);
    EXPECT_NE(predict_by_draws(cut, posterior, 40, 10).mean, expected.mean);
    const Matrix few = posterior_draws(posterior, 3, 9), many = posterior_draws(posterior, 30, 9);
    EXPECT_EQ(few, many.leftCols(3));
  }
}

TEST(Posterior, AWeightOfTwoIsTheRowTwice) {
  for (const LossKind kind : {LossKind::squared, LossKind::logistic}) {
    RepeatedRows rows({60, 3, kind, Storage::f64, false}, 46);
    FittedProblem a(rows.weighted, 0.05), b(rows.repeated, 0.05);
    MemorySource query = rows.repeated.source();
    const PosteriorPrediction of_a = predict_in_closed_form(query, posterior_of(a));
    const PosteriorPrediction of_b = predict_in_closed_form(query, posterior_of(b));
    for (std::size_t i = 0; i < of_a.rows; ++i) {
      EXPECT_NEAR(of_a.mean[i], of_b.mean[i], 1e-10);
      EXPECT_NEAR(of_a.sd[i], of_b.sd[i], 1e-10);
    }
  }
}

TEST(Posterior, IsImproperWhereTheRowsDoNotDetermineIt) {
  for (const LossKind kind : {LossKind::squared, LossKind::logistic}) {
    Problem problem = random_problem({40, 3, kind, Storage::f64, false}, 47);
    for (std::size_t i = 0; i < 40; ++i) problem.at(i, 2) = problem.at(i, 0) - 2 * problem.at(i, 1);
    FittedProblem flat(problem, 0), penalised(problem, 0.1);
    EXPECT_FALSE(posterior_of(flat).proper);
    EXPECT_TRUE(posterior_of(penalised).proper);
  }
  Problem few = random_problem({4, 3, LossKind::squared, Storage::f64, false}, 48);
  FittedProblem fit(few, 0);
  EXPECT_FALSE(posterior_of(fit).proper);
}

TEST(Posterior, IsForLikelihoodsOnly) {
  Problem problem = random_problem({40, 3, LossKind::logistic, Storage::f64, false}, 49);
  problem.loss = SquaredHingeLoss{};
  MemorySource source = problem.source();
  EmpiricalRisk risk(source, standardized_coordinates(column_moments(source), true, true), problem.loss, 0.1, 40);
  EXPECT_THROW((void)laplace_posterior(risk, Vector::Zero(4)), std::invalid_argument);
}

/// Mean and sd of p(eta), eta ~ N(mean, variance), by Simpson's rule in long double on a grid far finer than needed;
/// the spread about the mean, since a difference of moments would leave 1e-9 of nothing.
template <class Probability>
std::pair<double, double> by_simpson(Probability p, double mean, double variance) {
  constexpr int kSteps = 4000;
  std::vector<Real> density(kSteps + 1), value(kSteps + 1);
  Real total = 0, first = 0, square = 0;
  for (std::size_t q = 0; q < density.size(); ++q) {
    const Real t = -10 + 20.0L * static_cast<Real>(q) / kSteps, factor = q == 0 || q == kSteps ? 1 : q % 2 == 1 ? 4 : 2;
    density[q] = factor * std::exp(-t * t / 2);
    value[q] = p(mean + std::sqrt(static_cast<Real>(variance)) * t);
    total += density[q];
    first += density[q] * value[q];
  }
  const Real expected = first / total;
  for (std::size_t q = 0; q < density.size(); ++q) square += density[q] * (value[q] - expected) * (value[q] - expected);
  return {static_cast<double>(expected), static_cast<double>(std::sqrt(square / total))};
}

// The probit-scaled mean's error is what the header states; the spreads, and probit and cloglog altogether, are as good
// as exact (1e-9 where two long sums are compared in double).
TEST(NormalMoments, AreThoseOfTheIntegral) {
  const auto logistic = [](Real z) { return sigmoid_of(z); };
  const auto probit = [](Real z) { return std::erfc(-z / std::sqrt(2.0L)) / 2; };
  const auto cloglog = [](Real z) { return -std::expm1(-std::exp(z)); };
  double worst = 0, worst_at_one = 0, worst_below = 0;
  for (const double variance : {0.0001, 0.01, 0.1, 1.0, 4.0, 25.0, 100.0}) {
    for (double mean = -30; mean <= 30; mean += variance > 20 ? 1.25 : 0.75) {
      const NormalMoments scaled = moments_of(LogisticLoss{1}, mean, variance);
      const auto [expected, sd] = by_simpson(logistic, mean, variance);
      EXPECT_NEAR(scaled.sd, sd, 1e-9);
      EXPECT_NEAR(scaled.mean_error, std::fabs(scaled.mean - expected), 1e-9);
      worst = std::fmax(worst, scaled.mean_error);
      if (variance <= 1) worst_at_one = std::fmax(worst_at_one, scaled.mean_error);
      if (variance <= 0.1) worst_below = std::fmax(worst_below, scaled.mean_error);
      const NormalMoments of_probit = moments_of(ProbitLoss{}, mean, variance);
      const auto [probit_mean, probit_sd] = by_simpson(probit, mean, variance);
      EXPECT_NEAR(of_probit.mean, probit_mean, 1e-12);
      EXPECT_NEAR(of_probit.sd, probit_sd, 1e-8) << mean << " " << variance;
      const NormalMoments of_cloglog = moments_of(CloglogLoss{}, mean, variance);
      const auto [cloglog_mean, cloglog_sd] = by_simpson(cloglog, mean, variance);
      EXPECT_NEAR(of_cloglog.mean, cloglog_mean, 1e-12);
      EXPECT_NEAR(of_cloglog.sd, cloglog_sd, 1e-8);
    }
  }
  EXPECT_LT(worst, 0.018);
  EXPECT_GT(worst, 0.015);
  EXPECT_LT(worst_at_one, 0.005);
  EXPECT_LT(worst_below, 0.0007);
  EXPECT_EQ(moments_of(ProbitLoss{}, 0.3, 0).sd, 0);
}

TEST(Posterior, OfProbitAndCloglogAgreesWithDraws) {
  for (const Loss& loss : {Loss(ProbitLoss{}), Loss(CloglogLoss{})}) {
    Problem problem = random_problem({80, 3, LossKind::logistic, Storage::f64, false}, 50);
    problem.loss = loss;
    FittedProblem fit(problem, 0.02);
    const Posterior posterior = posterior_of(fit);
    MemorySource rows = problem.source();
    const PosteriorPrediction exact = predict_in_closed_form(rows, posterior);
    const PosteriorPrediction drawn = predict_by_draws(rows, posterior, 3000, 11);
    for (std::size_t i = 0; i < 80; ++i) {
      EXPECT_NEAR(drawn.mean[i], exact.mean[i], 4.5 * drawn.mean_error[i]);
      EXPECT_NEAR(drawn.sd[i], exact.sd[i], 4.5 * drawn.sd_error[i]);
      EXPECT_EQ(exact.mean_error[i], 0);
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
