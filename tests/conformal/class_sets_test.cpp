// Prediction sets of classes against the formulas written out, row by row.
#include "plumbline/conformal/class_sets.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "conformal/class_pool.hpp"
#include "plumbline/conformal/threshold.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

/// The formulas of class_nonconformity.hpp, class by class in long double.
double brute_force_score(const ConformalOptions& options, const std::vector<double>& p, std::size_t k, double draw) {
  if (options.method == ConformalMethod::lac) return 1 - p[k];
  long double above = 0, equal = 0, rank = 0;
  for (const double other : p) {
    if (other > p[k]) above += other;
    if (other == p[k]) equal += other;
    if (other >= p[k]) rank += 1;
  }
  long double score = above + (options.randomized ? draw : 1) * equal;
  if (options.method == ConformalMethod::raps && rank > options.raps_free) {
    score += options.raps_penalty * (rank - options.raps_free);
  }
  return static_cast<double>(score);
}

std::vector<double> softmax(const ClassPool& pool, std::size_t i) {
  std::vector<double> p(pool.classes);
  probabilities_of_row(pool.view(), i, p.data());
  return p;
}

ConformalOptions options_of(ConformalMethod method, bool randomized, double miscoverage = 0.1) {
  ConformalOptions options;
  options.method = method;
  options.randomized = randomized;
  options.miscoverage = miscoverage;
  options.raps_free = 2;
  options.raps_penalty = 0.05;
  return options;
}

using ClassSetsCase = std::tuple<ConformalMethod, bool, std::size_t, bool>;
class ClassSetsOf : public ::testing::TestWithParam<ClassSetsCase> {};

// Scores differ by the rounding of sums of at most 10 numbers in [0, 1]: 1e-14.
TEST_P(ClassSetsOf, FollowTheFormula) {
  const auto [method, randomized, classes, conditional] = GetParam();
  ConformalOptions options = options_of(method, randomized);
  options.class_conditional = conditional;
  options.allow_empty = true;
  const ClassPool pool = random_pool(600, classes, 11);
  const RowDraws calibration{5, RowDraws::kCalibration, nullptr}, prediction{5, RowDraws::kPrediction, nullptr};
  const ClassOutputs first = pool.view(0, 300), second = pool.view(300, 300);
  const ConformalRule rule = conformal_class_rule({&first, nullptr, calibration}, options);
  ASSERT_EQ(rule.threshold.size(), conditional ? classes : 1U);
  for (std::size_t k = 0; k < rule.threshold.size(); ++k) {
    std::vector<double> score;
    for (std::size_t i = 0; i < 300; ++i) {
      if (conditional && pool.label[i] != k) continue;
      score.push_back(brute_force_score(options, softmax(pool, i), pool.label[i], calibration(i)));
    }
    std::sort(score.begin(), score.end());
    const std::uint64_t rank = conformal_rank(score.size(), 0.1);
    EXPECT_EQ(rule.rows[k], static_cast<double>(score.size()));
    if (rank > score.size()) {
      EXPECT_EQ(rule.threshold[k], HUGE_VAL);
    } else {
      EXPECT_NEAR(rule.threshold[k], score[rank - 1], 1e-14);
    }
  }
  ClassSets sets(rule);
  std::vector<std::uint8_t> within(classes);
  double covered = 0, size = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::vector<double> p = softmax(pool, 300 + i);
    sets.set_of_row(p.data(), prediction(i), within.data());
    for (std::size_t k = 0; k < classes; ++k) {
      EXPECT_EQ(within[k] == 1, brute_force_score(options, p, k, prediction(i)) <= rule.threshold_of(k) + 1e-14);
      size += within[k];
    }
    covered += within[pool.label[300 + i]];
  }
  const SetSummary summary = summarise_class_sets({&second, nullptr, prediction}, rule);
  EXPECT_NEAR(summary.coverage, covered / 300, 1e-15);
  EXPECT_NEAR(summary.mean_size, size / 300, 1e-13);
}

// Whatever the classes are called, the same rows get the same sets.
TEST_P(ClassSetsOf, DoNotDependOnTheOrderOfTheClasses) {
  const auto [method, randomized, classes, conditional] = GetParam();
  ConformalOptions options = options_of(method, randomized);
  options.class_conditional = conditional;
  ClassPool pool = random_pool(400, classes, 12);
  for (double& z : pool.logits) z = std::round(z);  // ties within rows
  ClassPool renamed = pool;
  const auto other = [classes = classes](std::size_t k) { return (3 * k + 1) % classes; };  // 3 is prime to 2 and 10
  for (std::size_t i = 0; i < 400; ++i) {
    for (std::size_t k = 0; k < classes; ++k) renamed.logits[i * classes + other(k)] = pool.logits[i * classes + k];
    renamed.label[i] = static_cast<std::uint32_t>(other(pool.label[i]));
  }
  const RowDraws draws{6, RowDraws::kCalibration, nullptr};
  const ClassOutputs a = pool.view(), b = renamed.view();
  const ConformalRule rule = conformal_class_rule({&a, nullptr, draws}, options);
  const ConformalRule renamed_rule = conformal_class_rule({&b, nullptr, draws}, options);
  ClassSets sets(rule), renamed_sets(renamed_rule);
  std::vector<std::uint8_t> within(classes), renamed_within(classes);
  // The normaliser of a softmax sums in the order of the classes: p is the same to a few ulps only, and a class that
  // set the threshold lies on it. Both pools therefore see one threshold, a hair above.
  for (std::size_t k = 0; k < rule.threshold.size(); ++k) {
    const std::size_t to = rule.threshold.size() == 1 ? 0 : other(k);
    EXPECT_NEAR(renamed_rule.threshold[to], rule.threshold[k], 1e-14);
  }
  std::size_t different = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    std::vector<double> p = softmax(pool, i), q(classes);
    for (std::size_t k = 0; k < classes; ++k) q[other(k)] = p[k];
    ConformalRule same = rule;
    for (std::size_t k = 0; k < rule.threshold.size() && rule.threshold.size() > 1; ++k) {
      same.threshold[other(k)] = rule.threshold[k];
      same.tie[other(k)] = rule.tie[k];
    }
    ClassSets same_sets(same);
    sets.set_of_row(p.data(), draws(i), within.data());
    same_sets.set_of_row(q.data(), draws(i), renamed_within.data());
    for (std::size_t k = 0; k < classes; ++k) different += within[k] != renamed_within[other(k)] ? 1U : 0U;
  }
  EXPECT_EQ(different, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, ClassSetsOf,
                         ::testing::Combine(::testing::Values(ConformalMethod::lac, ConformalMethod::aps,
                                                              ConformalMethod::raps),
                                            ::testing::Bool(), ::testing::Values(2, 10), ::testing::Bool()));

TEST(ClassSetsEdge, TooFewRowsGiveTheFullSet) {
  const ClassPool pool = random_pool(8, 3, 13);
  const ClassOutputs outputs = pool.view();
  const ConformalRule rule = conformal_class_rule({&outputs, nullptr, {}}, options_of(ConformalMethod::lac, false));
  EXPECT_EQ(rule.threshold[0], HUGE_VAL);
  const SetSummary summary = summarise_class_sets({&outputs, nullptr, {}}, rule);
  EXPECT_EQ(summary.coverage, 1);
  EXPECT_EQ(summary.mean_size, 3);
}

TEST(ClassSetsEdge, NoRowsGiveTheFullSet) {
  const ClassPool pool = random_pool(4, 3, 13);
  const ClassOutputs outputs = pool.view(0, 0);
  ConformalOptions options = options_of(ConformalMethod::aps, true);
  options.class_conditional = true;
  const ConformalRule rule = conformal_class_rule({&outputs, nullptr, {}}, options);
  EXPECT_EQ(rule.threshold, std::vector<double>(3, HUGE_VAL));
  EXPECT_TRUE(std::isnan(summarise_class_sets({&outputs, nullptr, {}}, rule).coverage));
}

TEST(ClassSetsEdge, AnEmptySetIsFilledWithTheTopClassesUnlessAllowed) {
  ConformalRule rule;
  rule.classes = 3;
  rule.threshold = {0.1};
  rule.tie = {1};
  const std::vector<double> p{0.4, 0.2, 0.4};
  std::vector<std::uint8_t> within(3);
  EXPECT_EQ(ClassSets(rule).set_of_row(p.data(), 0, within.data()), 0U);
  EXPECT_EQ(within, (std::vector<std::uint8_t>{1, 0, 1}));
  rule.options.allow_empty = true;
  EXPECT_EQ(ClassSets(rule).set_of_row(p.data(), 0, within.data()), 0U);
  EXPECT_EQ(within, (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST(ClassSetsEdge, WhatLiesOnTheThresholdIsWithin) {
  ConformalRule rule;
  rule.classes = 2;
  rule.threshold = {0.75};
  rule.tie = {0.5};
  const std::vector<double> p{0.75, 0.25};
  std::vector<std::uint8_t> within(2);
  ClassSets(rule).set_of_row(p.data(), 0.9, within.data());
  EXPECT_EQ(within, (std::vector<std::uint8_t>{1, 1}));
  rule.options.randomized = true;  // then its draw decides
  ClassSets(rule).set_of_row(p.data(), 0.9, within.data());
  EXPECT_EQ(within, (std::vector<std::uint8_t>{1, 0}));
  ClassSets(rule).set_of_row(p.data(), 0.5, within.data());
  EXPECT_EQ(within, (std::vector<std::uint8_t>{1, 1}));
}

TEST(ClassSetsEdge, CalibratedProbabilitiesAreWhatCounts) {
  const ClassPool pool = random_pool(500, 4, 14);
  Calibrator calibrator;
  calibrator.method = CalibrationMethod::temperature;
  calibrator.classes = 4;
  calibrator.temperature = 1.7;
  ClassPool divided = pool;
  for (double& z : divided.logits) z /= 1.7;
  const ClassOutputs outputs = pool.view(), plain = divided.view();
  const ConformalOptions options = options_of(ConformalMethod::aps, false);
  const ConformalRule rule = conformal_class_rule({&outputs, &calibrator, {}}, options);
  const ConformalRule expected = conformal_class_rule({&plain, nullptr, {}}, options);
  EXPECT_NEAR(rule.threshold[0], expected.threshold[0], 1e-13);
  EXPECT_NEAR(summarise_class_sets({&outputs, &calibrator, {}}, rule).mean_size,
              summarise_class_sets({&plain, nullptr, {}}, expected).mean_size, 1.5 / 500);  // the row on the threshold
}

TEST(ClassSetsEdge, WeightsAreFrequencies) {
  ClassPool pool = random_pool(300, 3, 15);
  std::vector<std::size_t> copies;
  for (std::size_t i = 0; i < 300; ++i) {
    pool.weight.push_back(static_cast<double>(i % 3));
    copies.insert(copies.end(), i % 3, i);
  }
  ClassPool repeated = pool.arranged(copies);
  repeated.weight.clear();
  ConformalOptions options = options_of(ConformalMethod::raps, false);
  options.class_conditional = true;
  const ClassOutputs a = pool.view(), b = repeated.view();
  const ConformalRule weighted = conformal_class_rule({&a, nullptr, {}}, options);
  const ConformalRule written_out = conformal_class_rule({&b, nullptr, {}}, options);
  EXPECT_EQ(weighted.threshold, written_out.threshold);
  const SetSummary of_a = summarise_class_sets({&a, nullptr, {}}, weighted);
  const SetSummary of_b = summarise_class_sets({&b, nullptr, {}}, written_out);
  EXPECT_NEAR(of_a.coverage, of_b.coverage, 1e-15);
  EXPECT_NEAR(of_a.mean_size, of_b.mean_size, 1e-14);
  EXPECT_EQ(of_a.rows, of_b.rows);
}

TEST(ClassSetsEdge, TheSameBitsForAnyThreads) {
  const ClassPool pool = random_pool(20000, 5, 16);
  const ClassOutputs outputs = pool.view();
  const ConformalOptions options = options_of(ConformalMethod::aps, true);
  const ConformalRule expected = conformal_class_rule({&outputs, nullptr, {}}, options);
  const SetSummary summary = summarise_class_sets({&outputs, nullptr, {}}, expected);
  const ThreadLimit limit(1);
  const ConformalRule got = conformal_class_rule({&outputs, nullptr, {}}, options);
  EXPECT_EQ(got.threshold, expected.threshold);
  EXPECT_EQ(summarise_class_sets({&outputs, nullptr, {}}, got).mean_size, summary.mean_size);
}

TEST(ClassSetsContract, RefusesWhatMakesNoSense) {
  const ClassPool pool = random_pool(10, 3, 17);
  const ClassOutputs outputs = pool.view();
  const CalibratedOutputs rows{&outputs, nullptr, {}};
  ConformalOptions options;
  options.method = ConformalMethod::absolute;
  EXPECT_THROW(conformal_class_rule(rows, options), std::invalid_argument);
  options = {};
  options.miscoverage = 1;
  EXPECT_THROW(conformal_class_rule(rows, options), std::invalid_argument);
  options = {};
  options.raps_penalty = -1;
  EXPECT_THROW(conformal_class_rule(rows, options), std::invalid_argument);
  ClassPool wrong = pool;
  wrong.label[3] = 3;
  const ClassOutputs bad = wrong.view();
  EXPECT_THROW(conformal_class_rule({&bad, nullptr, {}}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
