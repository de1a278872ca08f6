// Truncated Newton on functions of a few variables and on risks; and Newton's method where f bends downwards.
#include "plumbline/solvers/newton_cg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/solvers/iterative.hpp"
#include "plumbline/solvers/newton.hpp"
#include "support/problem.hpp"
#include "support/quadratic.hpp"

namespace plumbline::testing {
namespace {

/// f(x, y) = (x² − 1)² + y²/2: minima 0 at x = ±1, a saddle at 0; bends downwards for |x| < 1/√3.
class TwoValleys final : public TwiceObjective {
 public:
  Eigen::Index dimension() const override { return 2; }
  double value_gradient(const Vector& w, Vector& gradient) override {
    const double s = w[0] * w[0] - 1;
    gradient = Vector(2);
    gradient << 4 * w[0] * s, w[1];
    return s * s + w[1] * w[1] / 2;
  }
  double value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) override {
    hessian.blocks = {hessian_at(w)};
    return value_gradient(w, gradient);
  }
  static Matrix hessian_at(const Vector& w) {
    Matrix h = Matrix::Zero(2, 2);
    h(0, 0) = 12 * w[0] * w[0] - 4;
    h(1, 1) = 1;
    return h;
  }
  LinePoint along(const Vector& from, const Vector& to, double t) override {
    Vector gradient;
    const double value = value_gradient(from + t * (to - from), gradient);
    return {value, gradient[0] * (to[0] - from[0]) + gradient[1] * (to[1] - from[1])};
  }
  double cheap_gap(const Vector&, const Vector&) const override { return std::numeric_limits<double>::infinity(); }
};

CurvatureAccess curvature_of_valleys() {
  return {[](const Vector& w, const Vector& v, Vector& product) { product = TwoValleys::hessian_at(w) * v; }, {}};
}

Vector point(double x, double y) {
  Vector w(2);
  w << x, y;
  return w;
}

TEST(NewtonCg, SolvesAQuadraticInOneStepOfAsManyProductsAsItHasCurvatures) {
  Vector curvatures(6);
  curvatures << 1, 1, 10, 10, 100, 100;
  Quadratic f(curvatures);
  int products = 0;
  const CurvatureAccess access{[&](const Vector&, const Vector& v, Vector& product) {
                                 ++products;
                                 product = curvatures.cwiseProduct(v);
                               },
                               {}};
  NewtonCgOptions options;
  options.tolerance = 1e-12;
  Monitor monitor;
  const SolverRun run = minimise_by_newton_cg(f, Vector::Ones(6), options, access, monitor);
  EXPECT_EQ(run.ended, Verdict::completed);
  EXPECT_LE(run.w.norm(), 1e-11);
  // Each direction needs at most three products; forcing terms square: 0.5, 0.2, 0.04, …
  EXPECT_LE(run.iterations, 8U);
  EXPECT_LE(products, 24);
}

TEST(NewtonCg, LeavesWhereFBendsDownwards) {
  TwoValleys f;
  Monitor monitor;
  monitor.null_value = 1;
  double last = std::numeric_limits<double>::infinity();
  monitor.trace = [&](std::size_t, double value, const Vector&, const Vector&, double) {
    EXPECT_LE(value, last);
    last = value;
  };
  for (const Vector& start : {point(0.01, 1), point(-0.4, 5), point(1e-6, 0), point(30, -2)}) {
    last = std::numeric_limits<double>::infinity();
    const SolverRun run = minimise_by_newton_cg(f, start, {}, curvature_of_valleys(), monitor);
    EXPECT_EQ(run.ended, Verdict::completed);
    EXPECT_NEAR(std::fabs(run.w[0]), 1, 1e-8);
    EXPECT_NEAR(run.w[1], 0, 1e-8);
  }
}

TEST(NewtonWithoutConvexity, GoesDownhillToAMinimum) {
  TwoValleys f;
  Monitor monitor;
  monitor.null_value = 1;
  double last = 0;
  monitor.trace = [&](std::size_t, double value, const Vector&, const Vector&, double) {
    EXPECT_LE(value, last);
    last = value;
  };
  for (const Vector& start : {point(0.01, 1), point(-0.4, 5), point(1e-6, 0), point(30, -2)}) {
    last = std::numeric_limits<double>::infinity();
    const SolverRun run = minimise_by_newton(f, start, {}, monitor);
    EXPECT_EQ(run.ended, Verdict::completed);
    EXPECT_NEAR(std::fabs(run.w[0]), 1, 1e-8);
    EXPECT_NEAR(run.w[1], 0, 1e-8);
    EXPECT_FALSE(run.singular);
    EXPECT_GE(run.decrement2, 0);
  }
}

TEST(NewtonWithoutConvexity, ClaimsNothingAtASaddle) {
  TwoValleys f;
  Monitor monitor;
  monitor.null_value = 2;
  const SolverRun run = minimise_by_newton(f, point(0, 0), {}, monitor);
  EXPECT_EQ(run.ended, Verdict::precision_limit);
  EXPECT_TRUE(run.singular);
  EXPECT_LT(run.decrement2, 0);
}

TEST(NewtonWithoutConvexity, GoesDownhillAtLimits) {
  Vector curvatures(3);
  curvatures << -1, 2, 0;  // no minimum at all
  Quadratic f(curvatures);
  NewtonOptions options;
  options.max_iterations = 5;
  Monitor monitor;
  const SolverRun run = minimise_by_newton(f, Vector::Ones(3), options, monitor);
  EXPECT_EQ(run.ended, Verdict::iteration_limit);
  EXPECT_LT(run.value, 0);
}

TEST(LbfgsWithoutConvexity, GoesDownhillToAMinimum) {
  TwoValleys f;
  LbfgsOptions options;
  options.tolerance = 1e-10;
  for (const Vector& start : {point(0.01, 1), point(-0.4, 5), point(1e-6, 0), point(30, -2)}) {
    const SolverRun run = minimise_by_lbfgs(f, start, options, {}, {});
    EXPECT_EQ(run.ended, Verdict::completed);
    EXPECT_NEAR(std::fabs(run.w[0]), 1, 1e-8);
    EXPECT_NEAR(run.w[1], 0, 1e-8);
  }
}

using NewtonCgCase = std::tuple<LossKind, Storage, double>;
class NewtonCgOfRisks : public ::testing::TestWithParam<NewtonCgCase> {};

// Both stop at the certificate's bound or below, newton at rounding: what is between them is less than the bound.
TEST_P(NewtonCgOfRisks, ReachesTheOptimumOfNewton) {
  const auto [loss, storage, l2] = GetParam();
  Problem problem = random_problem({200, 6, loss, storage, true}, 41);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, l2, moments.weight_sum);
  const Vector null = risk.null_model();
  Monitor monitor;
  monitor.null_value = risk.along(null, null, 0).value;
  const SolverRun newton = minimise_by_newton(risk, null, {}, monitor);
  const SolverRun run = solve_iteratively(risk, null, {SolverChoice::newton_cg, {}}, monitor, silent_progress());
  EXPECT_EQ(run.ended, Verdict::completed);
  EXPECT_LE(run.value - newton.value, monitor.allowed_gap(newton.value));
  EXPECT_LE(run.iterations, 15U);
}

INSTANTIATE_TEST_SUITE_P(All, NewtonCgOfRisks,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::csr),
                                            ::testing::Values(0.0, 1e-4, 0.1)));

class TwiceImpatient final : public Progress {
 public:
  bool cancelled() const override { return calls_ >= 2; }
  void advance(std::string_view, std::uint64_t, std::uint64_t) override { ++calls_; }

 private:
  int calls_ = 0;
};

TEST(NewtonCg, StopsAtLimitsAndWhenTheUserHasHadEnough) {
  TwoValleys f;
  NewtonCgOptions options;
  options.max_iterations = 2;
  Monitor monitor;
  const SolverRun run = minimise_by_newton_cg(f, point(30, 1), options, curvature_of_valleys(), monitor);
  EXPECT_EQ(run.ended, Verdict::iteration_limit);
  EXPECT_EQ(run.iterations, 2U);
  TwiceImpatient progress;
  monitor.progress = &progress;
  EXPECT_THROW((void)minimise_by_newton_cg(f, point(30, 1), {}, curvature_of_valleys(), monitor), Cancelled);
}

TEST(NewtonCg, RefusesOptionsThatMeanNothing) {
  NewtonCgOptions options;
  options.max_iterations = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.tolerance = -1;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.max_products = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
