// Momentum and Nesterov's method: that they take the steps of the book, how fast they are, how they end.
#include "plumbline/solvers/fixed_step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/gradient_descent.hpp"
#include "plumbline/solvers/momentum.hpp"
#include "plumbline/solvers/nesterov.hpp"
#include "support/quadratic.hpp"

namespace plumbline::testing {
namespace {

/// Curvatures 1, 1/10, …, 1/κ.
Quadratic ill_conditioned(double condition) {
  Vector curvatures(5);
  for (Eigen::Index j = 0; j < 5; ++j) curvatures[j] = std::pow(condition, -static_cast<double>(j) / 4);
  return Quadratic(curvatures);
}

template <class Options>
Options steps_of(double step_size, double epsilon, std::size_t most) {
  Options options;
  options.step_size = step_size;
  options.epsilon = epsilon;
  options.max_iterations = most;
  return options;
}

/// A monitor that does not take a walk from far away for a divergence.
Monitor far_from_null() {
  Monitor monitor;
  monitor.null_value = 1e300;
  return monitor;
}

TEST(Momentum, TakesTheStepsOfTheBook) {
  Quadratic f = ill_conditioned(10);
  Monitor monitor = far_from_null();
  std::vector<Vector> iterates;
  monitor.trace = [&](std::size_t, double, const Vector& w, const Vector&, double) { iterates.push_back(w); };
  MomentumOptions options = steps_of<MomentumOptions>(0.3, 0, 50);
  options.momentum = 0.7;
  const SolverRun run = minimise_by_momentum(f, Vector::Constant(5, 2), options, monitor);
  Vector x = Vector::Constant(5, 2), g = Vector::Zero(5), gradient;
  for (std::size_t t = 0; t < 50; ++t) {
    EXPECT_EQ(iterates[t], x) << t;
    (void)f.value_gradient(x, gradient);
    g = -0.3 * gradient + 0.7 * g;
    x = x + g;
  }
  EXPECT_EQ(run.w, x);
  EXPECT_EQ(run.iterations, 50U);
  EXPECT_EQ(run.ended, Verdict::iteration_limit);
}

TEST(Momentum, WithoutMomentumIsGradientDescent) {
  Quadratic f = ill_conditioned(10);
  MomentumOptions options = steps_of<MomentumOptions>(0.5, 1e-10, 1000);
  options.momentum = 0;
  const SolverRun run = minimise_by_momentum(f, Vector::Ones(5), options, far_from_null());
  const SolverRun descent =
      minimise_by_gradient_descent(f, Vector::Ones(5), steps_of<GradientDescentOptions>(0.5, 1e-10, 1000), {});
  EXPECT_EQ(run.ended, Verdict::completed);
  EXPECT_NEAR((run.w - descent.w).norm(), 0, 1e-5);  // it may take one more step: ε = (1e-5)²
}

// With constant λ, written out.
TEST(Nesterov, TakesTheStepsOfTheBook) {
  Quadratic f = ill_conditioned(10);
  NesterovOptions options = steps_of<NesterovOptions>(0.3, 0, 40);
  options.momentum = 0.6;
  const SolverRun run = minimise_by_nesterov(f, Vector::Constant(5, 2), options, far_from_null());
  Vector x = Vector::Constant(5, 2), y = x, gradient;
  for (int t = 0; t < 40; ++t) {
    (void)f.value_gradient(y, gradient);
    const Vector next = y - 0.3 * gradient;
    y = next + 0.6 * (next - x);
    x = next;
  }
  EXPECT_LE((run.w - y).norm(), 1e-15);  // x accumulates by moves: a rounding error or two
}

std::size_t steps_needed(const SolverRun& run) {
  EXPECT_EQ(run.ended, Verdict::completed);
  return run.iterations;
}

// Condition 1e4 and η = 1/L. Gradient descent needs about κ·log(1/δ), the others √κ·log(1/δ) times a small constant: at
// δ = 1e-6, 1.4e5 against 1.4e3. λ = 0.98 is near the best, (1 − 1/√κ)². Asked is a factor of 20.
TEST(Rates, MomentumAndNesterovBeatGradientDescentWhereItIsSlow) {
  Quadratic f = ill_conditioned(1e4);
  const Vector start = Vector::Ones(5);
  const double epsilon = 1e-20;
  const std::size_t descent = steps_needed(
      minimise_by_gradient_descent(f, start, steps_of<GradientDescentOptions>(1, epsilon, 1000000), far_from_null()));
  MomentumOptions heavy = steps_of<MomentumOptions>(1, epsilon, 1000000);
  heavy.momentum = 0.98;
  const std::size_t momentum = steps_needed(minimise_by_momentum(f, start, heavy, far_from_null()));
  const std::size_t nesterov =
      steps_needed(minimise_by_nesterov(f, start, steps_of<NesterovOptions>(1, epsilon, 1000000), far_from_null()));
  RecordProperty("gd", static_cast<int>(descent));
  RecordProperty("momentum", static_cast<int>(momentum));
  RecordProperty("nesterov", static_cast<int>(nesterov));
  EXPECT_LT(20 * momentum, descent);
  EXPECT_LT(20 * nesterov, descent);
}

// 2 L ‖w_0‖²/(t + 1)² bounds the accelerated error of a convex f (Nesterov 2004, theorem 2.2.2 with q = 0); restarts
// only help here. The y_t lag behind the x_t by one step: twice the bound.
TEST(Rates, NesterovKeepsItsBound) {
  Quadratic f = ill_conditioned(1e6);
  Monitor monitor = far_from_null();
  monitor.trace = [](std::size_t t, double value, const Vector&, const Vector&, double) {
    const double after = static_cast<double>(t) + 1;
    EXPECT_LE(value, 2 * 2 * 5 / (after * after)) << t;
  };
  (void)minimise_by_nesterov(f, Vector::Ones(5), steps_of<NesterovOptions>(1, 0, 2000), monitor);
}

TEST(FixedSteps, TooLongDivergeAndSaySo) {
  Quadratic f = ill_conditioned(10);
  for (const std::size_t most : {3U, 100U, 10000U}) {  // finite but above the start; and beyond the doubles
    const Vector start = Vector::Ones(5);
    EXPECT_EQ(minimise_by_gradient_descent(f, start, steps_of<GradientDescentOptions>(2.5, 0, most), {}).ended,
              Verdict::non_finite);
    EXPECT_EQ(minimise_by_momentum(f, start, steps_of<MomentumOptions>(5, 0, most), {}).ended, Verdict::non_finite);
    EXPECT_EQ(minimise_by_nesterov(f, start, steps_of<NesterovOptions>(5, 0, most), {}).ended, Verdict::non_finite);
  }
  const SolverRun run =
      minimise_by_gradient_descent(f, Vector::Ones(5), steps_of<GradientDescentOptions>(2.5, 0, 10000), {});
  EXPECT_TRUE(run.w.allFinite());
  EXPECT_TRUE(std::isfinite(run.value));
}

/// f(w) = Σ |w_j − 1|, with a subgradient where it has none other.
class Kinked final : public Objective {
 public:
  Eigen::Index dimension() const override { return 3; }
  double value_gradient(const Vector& w, Vector& gradient) override {
    const Vector offset = w - Vector::Ones(3);
    gradient = offset.cwiseSign();
    return offset.lpNorm<1>();
  }
  LinePoint along(const Vector&, const Vector&, double) override { return {}; }
  double cheap_gap(const Vector&, const Vector&) const override { return std::numeric_limits<double>::infinity(); }
};

// A slope of 1 and steps of η: gradient descent goes to and fro within one step of each kink. Momentum of up to λ
// arrives at speed η/(1 − λ) and swings by about η/(1 − λ)²: 100 η at λ = 0.9.
TEST(FixedSteps, GoToAndFroAboutAKink) {
  Kinked f;
  const double step = 0.003;
  const auto descended =
      minimise_by_gradient_descent(f, Vector::Zero(3), steps_of<GradientDescentOptions>(step, 0, 5000), {});
  EXPECT_LE(descended.value, 3 * step);
  EXPECT_EQ(descended.ended, Verdict::iteration_limit);
  EXPECT_LE(minimise_by_momentum(f, Vector::Zero(3), steps_of<MomentumOptions>(step, 0, 5000), {}).value,
            3 * step * 100);
  EXPECT_LE(minimise_by_nesterov(f, Vector::Zero(3), steps_of<NesterovOptions>(step, 0, 5000), {}).value,
            3 * step * 100);
}

/// What a solver sees of a run whose values are given.
class Scripted final : public Objective {
 public:
  explicit Scripted(std::vector<double> values) : values_(std::move(values)) {}
  Eigen::Index dimension() const override { return 1; }
  double value_gradient(const Vector&, Vector& gradient) override {
    gradient = Vector::Ones(1);
    return values_[std::min(next_++, values_.size() - 1)];
  }
  LinePoint along(const Vector&, const Vector&, double) override { return {}; }
  double cheap_gap(const Vector&, const Vector&) const override { return 0; }

 private:
  std::vector<double> values_;
  std::size_t next_ = 0;
};

// 10 at the start, 5 for the intercept-only model.
TEST(FixedSteps, AreDivergedAboveTheNullModelOnlyIfTheyLostWhatTheyHadGained) {
  Monitor monitor;
  monitor.null_value = 5;
  const auto ended = [&](std::vector<double> values) {
    const std::size_t steps = values.size() - 1;
    Scripted f(std::move(values));
    return minimise_by_gradient_descent(f, Vector::Zero(1), steps_of<GradientDescentOptions>(0.1, 0, steps), monitor)
        .ended;
  };
  EXPECT_EQ(ended({10, 9, 8}), Verdict::iteration_limit);  // slow, not lost
  EXPECT_EQ(ended({10, 9, 8, 8.5}), Verdict::iteration_limit);
  EXPECT_EQ(ended({10, 2, 7}), Verdict::non_finite);
  EXPECT_EQ(ended({10, 2, 4}), Verdict::iteration_limit);
  EXPECT_EQ(ended({10, 4, 11}), Verdict::non_finite);
}

class Impatient final : public Progress {
 public:
  bool cancelled() const override { return calls_ >= 3; }
  void advance(std::string_view, std::uint64_t, std::uint64_t) override { ++calls_; }

 private:
  int calls_ = 0;
};

TEST(FixedSteps, StopWhenTheUserHasHadEnough) {
  Quadratic f = ill_conditioned(10);
  Impatient one, two;
  Monitor monitor;
  monitor.progress = &one;
  EXPECT_THROW((void)minimise_by_momentum(f, Vector::Ones(5), {}, monitor), Cancelled);
  monitor.progress = &two;
  EXPECT_THROW((void)minimise_by_nesterov(f, Vector::Ones(5), {}, monitor), Cancelled);
}

TEST(FixedSteps, RefuseOptionsThatMeanNothing) {
  for (const double bad : {-0.1, 1.0, std::nan("")}) {
    MomentumOptions momentum;
    momentum.momentum = bad;
    EXPECT_THROW(momentum.validate(), std::invalid_argument);
    NesterovOptions nesterov;
    nesterov.momentum = bad;
    EXPECT_THROW(nesterov.validate(), std::invalid_argument);
  }
  MomentumOptions options;
  options.step_size = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  EXPECT_EQ(MomentumOptions{}.momentum, 0.9);
}

}  // namespace
}  // namespace plumbline::testing
