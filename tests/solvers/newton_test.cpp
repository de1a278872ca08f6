// The iterative solvers themselves: limits, tolerances, line search, traces, cancellation; and, on random problems,
// that what they prove is true.
#include "plumbline/solvers/newton.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/line_search.hpp"
#include "support/fits.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

/// f(x) = √(1 + x²) − 0.1x in one dimension: from far out Newton's full step overshoots, x ↦ −x³ for the first term.
class Hyperbola final : public TwiceObjective {
 public:
  Eigen::Index dimension() const override { return 1; }
  double value_gradient(const Vector& w, Vector& gradient) override {
    gradient = Vector::Constant(1, w[0] / std::hypot(1, w[0]) - 0.1);
    return std::hypot(1, w[0]) - 0.1 * w[0];
  }
  double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) override {
    hessian.blocks = {Matrix::Constant(1, 1, std::pow(1 + w[0] * w[0], -1.5))};
    return value_gradient(w, gradient);
  }
  LinePoint along(const Vector& from, const Vector& to, double t) override {
    Vector gradient;
    const double value = value_gradient(from + t * (to - from), gradient);
    return {value, gradient[0] * (to[0] - from[0])};
  }
  double cheap_gap(const Vector&, const Vector&) const override { return std::numeric_limits<double>::infinity(); }
};

/// Finite nowhere but where one stands.
class Bottomless final : public Objective {
 public:
  Eigen::Index dimension() const override { return 1; }
  double value_gradient(const Vector&, Vector&) override { return std::nan(""); }
  LinePoint along(const Vector&, const Vector&, double) override { return {std::nan(""), std::nan("")}; }
  double cheap_gap(const Vector&, const Vector&) const override { return std::numeric_limits<double>::infinity(); }
};

constexpr double kHyperbolaMinimum = 0.1 / 0.99498743710661995473;  // x = c/√(1 − c²), c = 0.1

TEST(Newton, LineSearchBringsItHomeFromWhereFullStepsDiverge) {
  Hyperbola f;
  for (const double start : {3.0, -50.0, 1e4}) {
    Monitor monitor;
    monitor.null_value = 1e6;
    double last = std::numeric_limits<double>::infinity();
    monitor.trace = [&](std::size_t, double value, const Vector&, const Vector&, double) {
      EXPECT_LE(value, last);
      last = value;
    };
    monitor.null_value = std::hypot(1, start);
    const SolverRun run = minimise_by_newton(f, Vector::Constant(1, start), {}, monitor);
    EXPECT_EQ(run.ended, Verdict::completed) << start;
    EXPECT_NEAR(run.w[0], kHyperbolaMinimum, 1e-10) << start;
  }
}

TEST(Lbfgs, FindsTheMinimumOfAFunctionOfOneVariable) {
  Hyperbola f;
  LbfgsOptions options;
  options.tolerance = 1e-12;
  const SolverRun run = minimise_by_lbfgs(f, Vector::Constant(1, 30), options, {}, {});
  EXPECT_EQ(run.ended, Verdict::completed);
  EXPECT_NEAR(run.w[0], kHyperbolaMinimum, 1e-11);
}

TEST(LineSearch, FindsASufficientDecreaseOrSaysThereIsNone) {
  Hyperbola f;
  const Vector from = Vector::Constant(1, 5), to = Vector::Constant(1, -1000);
  const LinePoint start = f.along(from, to, 0);
  const std::optional<double> t = backtrack(f, from, to, start);
  ASSERT_TRUE(t.has_value());
  EXPECT_GT(*t, 0);
  EXPECT_LT(*t, 1);
  EXPECT_LE(f.along(from, to, *t).value, start.value + 1e-4 * *t * start.slope);
  Bottomless none;
  EXPECT_FALSE(backtrack(none, from, to, start).has_value());
}

/// Remembers what it heard; stops when told so.
class Listener final : public Progress {
 public:
  explicit Listener(int most) : most_(most) {}
  void advance(std::string_view, std::uint64_t, std::uint64_t) override { ++calls_; }
  bool cancelled() const override { return calls_ >= most_; }
  int calls() const { return calls_; }

 private:
  int most_;
  int calls_ = 0;
};

TEST(Solvers, StopWhenTheUserHasHadEnough) {
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs, SolverChoice::gd}) {
    Problem problem = random_problem({60, 4, LossKind::softmax, Storage::f64, false}, 91);
    MemorySource source = problem.source();
    Listener listener(2);
    EXPECT_THROW((void)fit_linear(source, problem.loss, fit_options(solver, 1e-6), listener), Cancelled);
    EXPECT_EQ(listener.calls(), 2);
  }
  Problem problem = random_problem({60, 4, LossKind::squared, Storage::f64, false}, 91);
  MemorySource source = problem.source();
  Listener at_once(0);
  EXPECT_THROW((void)fit_linear(source, problem.loss, fit_options(SolverChoice::cholesky, 0), at_once), Cancelled);
}

TEST(Solvers, TellTheTraceWhatTheyDo) {
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs}) {
    Problem problem = random_problem({80, 4, LossKind::softmax, Storage::f64, true}, 92);
    std::vector<TracePoint> points;
    LinearFitOptions options = fit_options(solver, 0.01);
    options.trace = [&](const TracePoint& point, const LinearSolution&) { points.push_back(point); };
    const LinearFit got = fit(problem, options);
    ASSERT_GE(points.size(), 2U);
    EXPECT_EQ(points[0].objective, got.report.null_objective);
    EXPECT_EQ(points[0].train_loss, points[0].objective);  // nothing is penalised in the null model
    for (std::size_t t = 1; t < points.size(); ++t) {
      EXPECT_EQ(points[t].iteration, t);
      EXPECT_LE(points[t].objective, points[t - 1].objective + 4 * ulp(points[t].objective)) << name_of(solver) << t;
      EXPECT_LE(points[t].train_loss, points[t].objective);
      EXPECT_FALSE(points[t].test_loss.has_value());
    }
    EXPECT_LE(got.report.objective, points.back().objective + 4 * ulp(got.report.objective));
    EXPECT_LT(points.back().gradient_norm, points[0].gradient_norm);
  }
}

TEST(Solvers, RespectTheirIterationLimit) {
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs, SolverChoice::gd}) {
    for (const std::size_t most : {std::size_t{1}, std::size_t{2}}) {
      Problem problem = random_problem({80, 4, LossKind::softmax, Storage::f64, false}, 93);
      LinearFitOptions options = fit_options(solver, 1e-5);
      options.solver_options.max_iterations = most;
      const LinearFit got = fit(problem, options);
      EXPECT_EQ(got.report.verdict, Verdict::iteration_limit) << name_of(solver);
      EXPECT_EQ(got.report.iterations, most) << name_of(solver);
      EXPECT_FALSE(got.report.advice.empty());
    }
  }
}

// Stopped early on purpose: `completed` without a proof, or `optimal` where the proof holds all the same.
TEST(Solvers, StopAtTheToleranceTheyWereGiven) {
  for (const SolverChoice solver : {SolverChoice::newton, SolverChoice::lbfgs}) {
    Problem problem = random_problem({80, 4, LossKind::softmax, Storage::f64, false}, 94);
    const LinearFit full = fit(problem, fit_options(solver, 0.01));
    LinearFitOptions options = fit_options(solver, 0.01);
    options.solver_options.tolerance = 0.03;
    const LinearFit got = fit(problem, options);
    EXPECT_EQ(got.report.verdict, Verdict::completed) << name_of(solver);
    EXPECT_LT(got.report.iterations, full.report.iterations);
    ASSERT_TRUE(got.report.gap.has_value());
    EXPECT_GE(*got.report.gap, got.report.objective - full.report.objective);
    options.solver_options.tolerance = 1e-9;
    EXPECT_EQ(fit(problem, options).report.verdict, Verdict::optimal) << name_of(solver);
  }
}

TEST(Solvers, RefuseWhatTheyCannotServe) {
  Problem problem = random_problem({20, 2, LossKind::logistic, Storage::f64, false}, 95);
  EXPECT_THROW((void)fit(problem, fit_options(SolverChoice::cholesky, 0)), UsageError);
  EXPECT_THROW((void)fit(problem, fit_options(SolverChoice::qr, 0)), UsageError);
  LinearFitOptions options = fit_options(SolverChoice::newton, 0);
  options.solver_options.step_size = 0.1;
  EXPECT_THROW((void)fit(problem, options), UsageError);
  Problem squared = random_problem({20, 2, LossKind::squared, Storage::f64, false}, 95);
  options = fit_options(SolverChoice::cholesky, 0);
  options.solver_options.max_iterations = 5;
  EXPECT_THROW((void)fit(squared, options), UsageError);
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    options = fit_options(SolverChoice::lbfgs, 0);
    options.solver_options.tolerance = bad;
    EXPECT_THROW((void)fit(squared, options), UsageError) << bad;
  }
}

/// The true optimum of a fit's problem, in its own coordinates.
struct Truth {
  RealVector w;
  Real value = 0;
};

Truth optimum_of(Problem& problem, const LinearFitOptions& options, const Coordinates& at) {
  const Oracle oracle(problem, at, options.l2);
  Truth truth;
  truth.w = oracle.minimise();
  truth.value = oracle.value(truth.w);
  return truth;
}

// Random losses, storages, penalties, sizes: the verdict is `optimal`, the claimed gap covers the true one, and the
// predictions are those of the optimum (the gap 1e-9·(null − f) with curvature l2 allows √(2·1e-9/l2) = 2e-3 in the
// worst case; Newton and the direct solvers go on to rounding, where 1e-9 is what conditions of 1e4 leave).
RC_GTEST_PROP(Solvers, WhatIsProvedIsTrue, ()) {
  const auto loss = *rc::gen::element(LossKind::squared, LossKind::logistic, LossKind::multilabel, LossKind::softmax);
  const auto storage = *rc::gen::element(Storage::f64, Storage::f32, Storage::byte, Storage::csr);
  const auto rows = *rc::gen::inRange<std::size_t>(10, 60), columns = *rc::gen::inRange<std::size_t>(1, 6);
  const bool weighted = *rc::gen::arbitrary<bool>(), intercept = *rc::gen::arbitrary<bool>();
  const bool standardize = *rc::gen::arbitrary<bool>();
  const double l2 = *rc::gen::element(1e-3, 0.03, 1.0);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000000);
  const auto solver = *rc::gen::element(SolverChoice::automatic, SolverChoice::newton, SolverChoice::lbfgs);
  Problem problem = random_problem({rows, columns, loss, storage, weighted}, seed);
  const LinearFitOptions options = fit_options(solver, l2, standardize, intercept);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  RC_PRE(moments.weight_sum > 0);
  const LinearFit got = fit(problem, options);
  const Truth truth = optimum_of(problem, options, standardized_coordinates(moments, intercept, standardize));
  RC_ASSERT(got.report.verdict == Verdict::optimal);
  RC_ASSERT(got.report.gap.has_value());
  const double error = static_cast<double>(static_cast<Real>(got.report.objective) - truth.value);
  RC_ASSERT(error <= *got.report.gap + 4 * ulp(got.report.objective));
  RC_ASSERT(error >= -1e-13 * got.report.objective);
  const Coordinates at = standardized_coordinates(moments, intercept, standardize);
  const Oracle oracle(problem, at, l2);
  const RealMatrix eta = oracle.design() * Eigen::Map<const RealMatrix>(truth.w.data(), oracle.design().cols(),
                                                                        truth.w.size() / oracle.design().cols());
  std::vector<double> expected;
  for (Eigen::Index i = 0; i < eta.rows(); ++i) {
    const Real shift = loss == LossKind::softmax && intercept ? eta.row(i).mean() : 0;
    for (Eigen::Index k = 0; k < eta.cols(); ++k) expected.push_back(static_cast<double>(eta(i, k) - shift));
  }
  const double allowed = solver == SolverChoice::lbfgs ? 2e-3 : 1e-9;
  RC_ASSERT(largest_difference(predictions(problem, got.solution), expected) <= allowed * (1 + largest_size(expected)));
}

}  // namespace
}  // namespace plumbline::testing
