// Row weights are frequency weights: a row of weight m is the row m times, in every figure, and one of weight 0 is not
// there at all.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "inference/inference_problem.hpp"
#include "plumbline/inference/profile_likelihood.hpp"

namespace plumbline::testing {
namespace {

struct Pair {
  Problem weighted, repeated;
  std::vector<std::uint64_t> clusters, repeated_clusters;
};

Pair draw_pair(LossKind kind, Storage storage, std::uint64_t seed) {
  Pair pair;
  pair.weighted = random_problem({70, 3, kind, storage, false}, seed);
  Draws draws(seed + 1);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < pair.weighted.rows; ++i) {
    const std::size_t times = draws.below(4);
    pair.clusters.push_back(times == 0 ? 99 : draws.below(12));  // a cluster of absent rows alone is none
    for (std::size_t copy = 0; copy < times; ++copy) {
      rows.push_back(i);
      pair.repeated_clusters.push_back(pair.clusters.back());
    }
  }
  pair.repeated = pick_rows(pair.weighted, rows);
  std::vector<double> weight(pair.weighted.rows, 0.0);
  for (const std::size_t i : rows) weight[i] += 1;
  pair.weighted.weight = weight;
  return pair;
}

void expect_same_summary(const ModelSummary& a, const ModelSummary& b) {
  const auto same = [](double x, double y) { return x == y || std::fabs(x - y) <= 1e-8 * std::fabs(y); };
  RC_ASSERT(same(a.observations, b.observations));
  RC_ASSERT(same(a.log_likelihood, b.log_likelihood));
  RC_ASSERT(same(a.aic, b.aic));
  RC_ASSERT(same(a.bic, b.bic));
  RC_ASSERT(same(a.deviance, b.deviance));
  RC_ASSERT(same(a.null_deviance, b.null_deviance));
  RC_ASSERT(same(a.likelihood_ratio.statistic, b.likelihood_ratio.statistic));
  RC_ASSERT(a.likelihood_ratio.degrees_of_freedom == b.likelihood_ratio.degrees_of_freedom);
  if (std::isnan(a.r2)) return;
  RC_ASSERT(same(a.residual_sd, b.residual_sd));
  RC_ASSERT(same(a.adjusted_r2, b.adjusted_r2));
  RC_ASSERT(same(a.f.statistic, b.f.statistic));
}

void expect_same_tables(const LinearInference& a, const LinearInference& b) {
  RC_ASSERT(a.covariance.degrees_of_freedom == b.covariance.degrees_of_freedom);
  for (std::size_t k = 0; k < a.tables.size(); ++k) {
    for (std::size_t j = 0; j < a.tables[k].size(); ++j) {
      const CoefficientFigures &x = a.tables[k][j], &y = b.tables[k][j];
      // Both optima are right to some 1e-10 standard errors.
      RC_ASSERT(std::fabs(x.standard_error - y.standard_error) <= 1e-8 * y.standard_error);
      RC_ASSERT(std::fabs(x.statistic - y.statistic) <= 1e-7 * (1 + std::fabs(y.statistic)));
      RC_ASSERT(std::fabs(x.p_value - y.p_value) <= 1e-6 * y.p_value);
      RC_ASSERT(std::fabs(x.lower - y.lower) <= 1e-7 * y.standard_error);
    }
  }
}

RC_GTEST_PROP(RepeatedRows, WeightsAreRepetitions, ()) {
  const auto kind = *rc::gen::element(LossKind::squared, LossKind::logistic, LossKind::multilabel, LossKind::softmax);
  const auto storage = *rc::gen::element(Storage::f64, Storage::csr);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 100000);
  const Pair pair = draw_pair(kind, storage, seed);
  const InferenceProblem weighted(pair.weighted), repeated(pair.repeated);
  RC_PRE(weighted.fit().report.verdict == Verdict::optimal && repeated.fit().report.verdict == Verdict::optimal);
  for (const CovarianceKind covariance : kEveryKind) {
    if (uses_leverage(covariance) && outputs_of(weighted.problem().loss) > 1) continue;
    InferenceOptions options;
    options.covariance = {covariance, Information::observed, pair.clusters};
    const LinearInference a = weighted.infer(options);
    options.covariance.clusters = pair.repeated_clusters;
    const LinearInference b = repeated.infer(options);
    expect_same_tables(a, b);
    expect_same_summary(a.summary, b.summary);
  }
}

TEST(RepeatedRows, ProfileLikelihoodToo) {
  const Pair pair = draw_pair(LossKind::logistic, Storage::f64, 3);
  InferenceProblem weighted(pair.weighted), repeated(pair.repeated);
  const auto a = profile_intervals(weighted.fitted(), {0.95, {}});
  const auto b = profile_intervals(repeated.fitted(), {0.95, {}});
  for (std::size_t j = 0; j < a.size(); ++j) {
    EXPECT_NEAR(a[j].lower, b[j].lower, 1e-8 * (b[j].upper - b[j].lower));
    EXPECT_NEAR(a[j].upper, b[j].upper, 1e-8 * (b[j].upper - b[j].lower));
  }
}

// Expected information weighs rows by what the model says of them.
TEST(RepeatedRows, ExpectedInformationToo) {
  Pair pair = draw_pair(LossKind::logistic, Storage::f64, 8);
  pair.weighted.loss = pair.repeated.loss = CloglogLoss{};
  const InferenceProblem weighted(pair.weighted), repeated(pair.repeated);
  for (const CovarianceKind kind : kEveryKind) {
    expect_relative(weighted.covariance(kind, pair.clusters, Information::expected).standard_errors(0),
                    repeated.covariance(kind, pair.repeated_clusters, Information::expected).standard_errors(0), 1e-8,
                    "expected information");
  }
}

}  // namespace
}  // namespace plumbline::testing
