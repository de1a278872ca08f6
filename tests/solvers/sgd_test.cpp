// Stochastic gradient descent: steps of the book, schedules, what it depends on and what not, how near it comes.
#include "plumbline/solvers/sgd.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/solvers/newton.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

constexpr double kL2 = 0.05;

struct Outcome {
  SolverRun run;
  double null_value = 0;
  double optimum = 0;

  /// How much of what there was to gain is missing.
  double missing() const { return (run.value - optimum) / (null_value - optimum); }
};

Outcome run_sgd(Problem& problem, const SgdOptions& options, std::size_t block_rows = 0) {
  MemorySource source = problem.source(block_rows);
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, kL2, moments.weight_sum);
  Monitor monitor;
  const Vector null = risk.null_model();
  monitor.null_value = risk.along(null, null, 0).value;
  Outcome outcome;
  outcome.null_value = monitor.null_value;
  outcome.optimum = minimise_by_newton(risk, null, {}, monitor).value;
  BatchGradient batches(risk, options.batch_size);
  outcome.run = minimise_by_sgd(risk, batches, Vector::Zero(risk.dimension()), options, monitor);
  return outcome;
}

TEST(Schedules, SayHowLongAStepIs) {
  SgdOptions options;
  options.step_size = 0.8;
  EXPECT_EQ(step_at(options, 0, 90), 0.8);
  EXPECT_EQ(step_at(options, 89, 90), 0.8);
  options.schedule = Schedule::step;
  EXPECT_DOUBLE_EQ(step_at(options, 29, 90), 0.8);
  EXPECT_DOUBLE_EQ(step_at(options, 30, 90), 0.08);
  EXPECT_DOUBLE_EQ(step_at(options, 60, 90), 0.008);
  EXPECT_DOUBLE_EQ(step_at(options, 89, 90), 0.008);
  options.schedule = Schedule::cosine;
  EXPECT_DOUBLE_EQ(step_at(options, 0, 90), 0.8);
  EXPECT_DOUBLE_EQ(step_at(options, 45, 90), 0.4);
  EXPECT_LT(step_at(options, 89, 90), 0.001);
}

// One batch an epoch is gradient descent, up to the order of the rows in the sums.
TEST(Sgd, WithOneBatchAnEpochIsGradientDescent) {
  Problem problem = random_problem({50, 3, LossKind::softmax, Storage::f64, true}, 31);
  SgdOptions options;
  options.batch_size = 1000;
  options.step_size = 0.3;
  options.epochs = 40;
  const Outcome outcome = run_sgd(problem, options);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, kL2, moments.weight_sum);
  Vector w = Vector::Zero(risk.dimension()), gradient;
  for (int t = 0; t < 40; ++t) {
    (void)risk.value_gradient(w, gradient);
    w -= 0.3 * gradient;
  }
  EXPECT_LE((outcome.run.w - w).norm(), 1e-12);
  EXPECT_EQ(outcome.run.iterations, 40U);
  EXPECT_EQ(outcome.run.ended, Verdict::completed);
}

// A constant step leaves noise of the size of η: measured 1e-2 to 2e-2 of what there is to gain at η = 0.1. Steps that
// shrink let it settle: below 1e-3, and at least ten times nearer.
// Kingma and Ba (2015), algorithm 1, coordinate by coordinate.
TEST(Sgd, AdaptiveStepsAreThoseOfAdam) {
  Problem problem = random_problem({50, 3, LossKind::logistic, Storage::f64, true}, 32);
  SgdOptions options = SgdOptions::adam();
  options.batch_size = 1000;
  options.schedule = Schedule::constant;
  options.step_size = 0.05;
  options.epochs = 30;
  const Outcome outcome = run_sgd(problem, options);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, kL2, moments.weight_sum);
  Vector w = Vector::Zero(risk.dimension()), m = w, v = w, gradient;
  for (int t = 1; t <= 30; ++t) {
    (void)risk.value_gradient(w, gradient);
    for (Eigen::Index j = 0; j < w.size(); ++j) {
      m[j] = 0.9 * m[j] + 0.1 * gradient[j];
      v[j] = 0.999 * v[j] + 0.001 * gradient[j] * gradient[j];
      const double first = m[j] / (1 - std::pow(0.9, t)), second = v[j] / (1 - std::pow(0.999, t));
      w[j] -= 0.05 * first / (std::sqrt(second) + 1e-8);
    }
  }
  EXPECT_LT((outcome.run.w - w).norm(), 1e-11 * w.norm());  // thirty steps of rounding, a few divided by small roots
}

TEST(Sgd, ComesToRestUnderADecreasingStep) {
  for (const LossKind loss : {LossKind::squared, LossKind::logistic, LossKind::softmax}) {
    Problem problem = random_problem({400, 4, loss, Storage::f64, false}, 32);
    SgdOptions options;
    options.batch_size = 8;
    options.step_size = 0.1;
    options.epochs = 60;
    const double constant = run_sgd(problem, options).missing();
    options.schedule = Schedule::step;
    const double stepped = run_sgd(problem, options).missing();
    options.schedule = Schedule::cosine;
    const double cosine = run_sgd(problem, options).missing();
    EXPECT_GE(stepped, -1e-12) << name_of(loss);
    EXPECT_LT(stepped, 1e-3) << name_of(loss);
    EXPECT_LT(cosine, 1e-3) << name_of(loss);
    EXPECT_LT(10 * stepped, constant) << name_of(loss) << " " << constant;
    EXPECT_LT(10 * cosine, constant) << name_of(loss) << " " << constant;
  }
}

TEST(Sgd, LeavesTheSameBitsForAnyThreadsAndBlocks) {
  for (const Storage storage : {Storage::f64, Storage::f32, Storage::byte, Storage::csr}) {
    Problem problem = random_problem({61, 4, LossKind::softmax, storage, true}, 33);
    SgdOptions options;
    options.batch_size = 7;
    options.epochs = 3;
    options.momentum = 0.5;
    options.seed = 9;
    const Vector expected = run_sgd(problem, options).run.w;
    for (const std::size_t threads : {1U, 3U}) {
      const ThreadLimit limit(threads);
      for (const std::size_t block_rows : {1U, 5U, 64U}) {
        EXPECT_EQ(run_sgd(problem, options, block_rows).run.w, expected) << name_of(storage) << block_rows;
      }
    }
  }
}

TEST(Sgd, DependsOnTheSeedAndNotOnRowsOfNoWeight) {
  Problem problem = random_problem({60, 3, LossKind::logistic, Storage::f64, false}, 34);
  SgdOptions options;
  options.epochs = 2;
  options.batch_size = 10;
  const Vector first = run_sgd(problem, options).run.w;
  options.seed = 1;
  const Vector other = run_sgd(problem, options).run.w;
  EXPECT_NE(first, other);
  Problem padded = problem;
  padded.weight.assign(60, 1);
  for (std::size_t j = 0; j < 3; ++j) padded.x.insert(padded.x.begin(), 0.25 * static_cast<double>(j));
  padded.target.insert(padded.target.begin(), 1);
  padded.weight.insert(padded.weight.begin(), 0);
  padded.rows = 61;
  // Moments are measured from the first row, which is another one now: a few roundings in the coordinates.
  EXPECT_LE((run_sgd(padded, options).run.w - other).norm(), 1e-12);
}

TEST(Sgd, SaysWhenItDiverged) {
  Problem problem = random_problem({60, 3, LossKind::squared, Storage::f64, false}, 35);
  SgdOptions options;
  options.step_size = 10;
  for (const std::size_t epochs : {1U, 3U, 300U}) {
    options.epochs = epochs;
    const Outcome outcome = run_sgd(problem, options);
    EXPECT_EQ(outcome.run.ended, Verdict::non_finite) << epochs;
    EXPECT_TRUE(outcome.run.w.allFinite());
  }
}

class ImpatientAtOnce final : public Progress {
 public:
  bool cancelled() const override { return advanced_; }
  void advance(std::string_view, std::uint64_t, std::uint64_t) override { advanced_ = true; }

 private:
  bool advanced_ = false;
};

TEST(Sgd, StopsWithinAnEpochWhenTheUserHasHadEnough) {
  Problem problem = random_problem({60, 3, LossKind::squared, Storage::f64, false}, 36);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, kL2, moments.weight_sum);
  BatchGradient batches(risk, 4);
  ImpatientAtOnce progress;
  Monitor monitor;
  monitor.progress = &progress;
  int epochs = 0;
  monitor.trace = [&](std::size_t, double, const Vector&, const Vector&, double) { ++epochs; };
  EXPECT_THROW((void)minimise_by_sgd(risk, batches, Vector::Zero(risk.dimension()), {}, monitor), Cancelled);
  EXPECT_EQ(epochs, 1);
}

TEST(Sgd, RefusesOptionsThatMeanNothing) {
  const auto refused = [](auto change) {
    SgdOptions options;
    change(options);
    EXPECT_THROW(options.validate(), std::invalid_argument);
  };
  refused([](SgdOptions& o) { o.epochs = 0; });
  refused([](SgdOptions& o) { o.batch_size = 0; });
  refused([](SgdOptions& o) { o.step_size = std::nan(""); });
  refused([](SgdOptions& o) { o.momentum = 1; });
}

}  // namespace
}  // namespace plumbline::testing
