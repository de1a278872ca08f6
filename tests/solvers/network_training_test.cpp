// Training by mini-batches: the rules against a second writing of them, what a small network can learn, runs that are
// cut and taken up again, and runs that go wrong.

#include "plumbline/solvers/network_training.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "plumbline/core/errors.hpp"
#include "plumbline/network/network_risk.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/newton_cg.hpp"
#include "plumbline/solvers/sgd.hpp"
#include "plumbline/solvers/shuffle.hpp"
#include "support/problem.hpp"

namespace plumbline {
namespace {

using testing::Draws;
using testing::LossKind;
using testing::Problem;
using testing::random_problem;

Coordinates plain(std::size_t features) {
  Coordinates at;
  at.center.assign(features, 0);
  at.scale.assign(features, 1);
  at.penalty_factor.assign(features, 1);
  return at;
}

/// Rows with all that training needs.
template <class T>
struct Setting {
  Problem problem;
  Architecture network;
  Coordinates at = plain(problem.columns);
  MemorySource source = problem.source();
  RowBatches rows = RowBatches(source, at);
  NetworkGradient<T> gradient = NetworkGradient<T>(network, problem.loss);
  TrainingState<T> state;

  Setting(Problem problem_, std::vector<std::size_t> hidden, Activation activation)
      : problem(std::move(problem_)),
        network{problem.columns, std::move(hidden), outputs_of(problem.loss), activation} {}
  TrainingRun train(const TrainingOptions& options, const std::function<void(const EpochReport&)>& done = {}) {
    if (state.parameters.empty()) state = initial_state<T>(network, options);
    return train_network(state, gradient, NetworkTrainingData{&rows}, options, {silent_progress(), done});
  }
  Vector parameters() const {
    return Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, 1>>(state.parameters.data(),
                                                                 static_cast<Eigen::Index>(state.parameters.size()))
        .template cast<double>();
  }
};

Problem noise(std::size_t rows, LossKind kind) {
  return random_problem({rows, 3, kind, testing::Storage::f64, true}, 4);
}

Problem classified(std::vector<double> x, std::vector<double> target) {
  Problem problem;
  problem.rows = target.size();
  problem.columns = x.size() / target.size();
  problem.x = std::move(x);
  problem.target = std::move(target);
  problem.loss = LogisticLoss{1};
  return problem;
}

Problem two_moons(std::size_t rows, std::uint64_t seed) {
  Draws draws(seed);
  std::vector<double> x, y;
  for (std::size_t i = 0; i < rows; ++i) {
    const double angle = std::numbers::pi * draws.unit(), side = i % 2 == 0 ? 1 : -1;
    x.push_back(side * std::cos(angle) + (i % 2 == 0 ? 0 : 1) + 0.1 * draws.normal());
    x.push_back(side * std::sin(angle) + (i % 2 == 0 ? 0 : 0.5) + 0.1 * draws.normal());
    y.push_back(static_cast<double>(i % 2));
  }
  return classified(x, y);
}

class EveryRule : public ::testing::TestWithParam<StepRule> {};

/// The textbook's step, one parameter after the other, on gradients that NetworkRisk gives for the batch's rows.
Vector steps_by_hand(Setting<double>& of, const TrainingOptions& options) {
  Vector w = of.parameters(), m = Vector::Zero(w.size()), v = m;
  const std::vector<std::size_t>& all = of.rows.rows();
  const std::size_t batches = (all.size() + options.batch_size - 1) / options.batch_size;
  SgdOptions schedule;
  schedule.step_size = options.step_size;
  schedule.schedule = options.schedule;
  for (std::size_t t = 0; t < options.epochs * batches; ++t) {
    const std::vector<std::size_t> order = shuffled(all, options.seed, t / batches);
    const std::size_t begin = t % batches * options.batch_size;
    const std::size_t count = std::min(options.batch_size, all.size() - begin);
    const std::vector<std::size_t> rows(order.begin() + static_cast<std::ptrdiff_t>(begin),
                                        order.begin() + static_cast<std::ptrdiff_t>(begin + count));
    Problem batch = pick_rows(of.problem, rows);
    MemorySource source = batch.source();
    const RowBatches batch_rows(source, of.at);
    NetworkRisk risk(batch_rows, of.network, batch.loss, 0);
    Vector g;
    risk.value_gradient(w, g);
    g *= batch_rows.weight_sum() * static_cast<double>(all.size()) / static_cast<double>(count) / of.rows.weight_sum();
    const double step = step_at(schedule, t, options.epochs * batches), beta = options.momentum;
    Vector decay = Vector::Zero(w.size());
    for (const Layer& layer : of.network.layers()) {
      for (auto c = static_cast<Eigen::Index>(layer.weights); c < static_cast<Eigen::Index>(layer.biases); ++c) {
        decay[c] = options.l2 * w[c];
      }
    }
    if (options.rule == StepRule::adam) {
      m = beta * m + (1 - beta) * g;
      v = 0.999 * v + 0.001 * g.cwiseAbs2();
      const double power = static_cast<double>(t + 1);
      const Vector m_hat = m / (1 - std::pow(beta, power)), v_hat = v / (1 - std::pow(0.999, power));
      w -= step * ((m_hat.array() / (v_hat.array().sqrt() + 1e-8)).matrix() + decay);
    } else {
      const Vector before = m;
      m = beta * m - step * (g + decay);
      w += options.rule == StepRule::momentum ? m : Vector((1 + beta) * m - beta * before);
    }
  }
  return w;
}

// Twelve steps of sums that are made in another order.
TEST_P(EveryRule, TakesTheStepsOfTheBook) {
  Setting<double> of(noise(50, LossKind::softmax), {6}, Activation::tanh);
  TrainingOptions options;
  options.rule = GetParam();
  options.epochs = 3;
  options.batch_size = 16;
  options.step_size = 0.02;
  options.l2 = 0.01;
  of.state = initial_state<double>(of.network, options);
  const Vector expected = steps_by_hand(of, options);
  const Vector start = of.parameters();
  EXPECT_EQ(of.train(options).epochs, 3U);
  EXPECT_GT((of.parameters() - start).norm(), 0.1);
  EXPECT_LT((of.parameters() - expected).norm(), 1e-12);
}

template <class T>
void expect_same_bits_when_cut(StepRule rule) {
  TrainingOptions options;
  options.rule = rule;
  options.epochs = 5;
  options.batch_size = 7;
  Setting<T> whole(noise(60, LossKind::logistic), {8, 5}, Activation::prelu);
  Setting<T> cut(noise(60, LossKind::logistic), {8, 5}, Activation::prelu);
  const TrainingRun run = whole.train(options);
  struct Stop {};
  TrainingState<T> saved;
  EXPECT_THROW(cut.train(options,
                         [&](const EpochReport& report) {
                           if (report.epoch < 3) return;
                           saved = cut.state;
                           throw Stop();
                         }),
               Stop);
  EXPECT_EQ(saved.epoch, 3U);
  Setting<T> resumed(noise(60, LossKind::logistic), {8, 5}, Activation::prelu);
  resumed.state = saved;
  EXPECT_EQ(resumed.train(options).train_loss, run.train_loss);
  EXPECT_EQ(resumed.state.parameters, whole.state.parameters);
  EXPECT_EQ(resumed.state.first, whole.state.first);
}

TEST_P(EveryRule, ContinuesToTheSameBits) {
  expect_same_bits_when_cut<double>(GetParam());
  expect_same_bits_when_cut<float>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, EveryRule, ::testing::Values(StepRule::momentum, StepRule::nesterov, StepRule::adam),
                         [](const auto& each) {
                           return each.param == StepRule::momentum   ? "momentum"
                                  : each.param == StepRule::nesterov ? "nesterov"
                                                                     : "adam";
                         });

TEST(Training, ThreadsChangeNoBit) {
  std::vector<std::vector<float>> all;
  for (const std::size_t threads : {1U, 2U, 5U}) {
    const ThreadLimit limit(threads);
    Setting<float> of(random_problem({300, 90, LossKind::softmax, testing::Storage::byte, true}, 4), {200, 40},
                      Activation::relu);
    TrainingOptions options;
    options.epochs = 2;
    of.train(options);
    all.push_back(of.state.parameters);
    EXPECT_EQ(all.back(), all.front());
  }
}

// One hidden layer learns what no linear model can (subject N5.2.1).
TEST(Approximation, Xor) {
  Setting<float> of(classified({0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 0}), {8}, Activation::tanh);
  TrainingOptions options;
  options.epochs = 500;
  options.batch_size = 4;
  options.step_size = 0.05;
  EXPECT_LT(of.train(options).train_loss, 0.01);
}

/// The share of rows on the wrong side.
double error_rate(const Setting<double>& of, NetworkRisk& risk, const Vector& w) {
  const std::vector<double> eta = risk.predictors(w);
  double wrong = 0;
  for (std::size_t i = 0; i < eta.size(); ++i) wrong += (eta[i] > 0) == (of.problem.target[i] == 1) ? 0 : 1;
  return wrong / static_cast<double>(eta.size());
}

// Noise of 0.1 is two fifths of half the gap between the moons: 1 row of 100 lost leaves room for 400 rows of training.
// A plane loses more than 1 of 10. Both on fresh rows.
TEST(Approximation, TwoMoons) {
  Setting<float> of(two_moons(400, 1), {16}, Activation::relu);
  TrainingOptions options;
  options.epochs = 100;
  options.batch_size = 32;
  options.step_size = 0.02;
  EXPECT_EQ(of.train(options).verdict, Verdict::completed);
  Setting<double> fresh(two_moons(4000, 2), {16}, Activation::relu), plane(two_moons(4000, 2), {}, Activation::relu);
  NetworkRisk risk(fresh.rows, fresh.network, fresh.problem.loss, 0);
  EXPECT_LT(error_rate(fresh, risk, of.parameters()), 0.01);
  NetworkRisk linear(plane.rows, plane.network, plane.problem.loss, 0);
  const Vector best = minimise_by_lbfgs(linear, Vector::Zero(linear.dimension()), {}, {}, {}).w;
  EXPECT_GT(error_rate(plane, linear, best), 0.1);
}

TEST(Approximation, SineByNewtonAndByLbfgs) {
  Problem sine;
  sine.rows = 100;
  sine.columns = 1;
  for (std::size_t i = 0; i < sine.rows; ++i) {
    sine.x.push_back(-std::numbers::pi + 2 * std::numbers::pi * static_cast<double>(i) / 99);
    sine.target.push_back(std::sin(sine.x.back()));
  }
  Setting<double> of(sine, {10}, Activation::tanh);
  of.state = initial_state<double>(of.network, {});
  NetworkRisk risk(of.rows, of.network, of.problem.loss, 0);
  LbfgsOptions lbfgs;
  lbfgs.max_iterations = 1000;
  const SolverRun first = minimise_by_lbfgs(risk, of.parameters(), lbfgs, {}, {});
  NewtonCgOptions newton;
  newton.max_iterations = 100;
  const auto product = [&](const Vector& w, const Vector& v, Vector& into) { risk.hessian_vector(w, v, into); };
  const SolverRun second = minimise_by_newton_cg(risk, of.parameters(), newton, {product, {}}, {});
  for (const SolverRun& run : {first, second}) {
    const std::vector<double> eta = risk.predictors(run.w);
    double largest = 0;
    for (std::size_t i = 0; i < sine.rows; ++i) largest = std::max(largest, std::fabs(eta[i] - sine.target[i]));
    EXPECT_LT(largest, 0.02);
  }
}

// Layers with nothing in between are a linear model (subject N5.1), and have its optimum.
TEST(IdentityActivation, CollapsesToTheLinearOptimum) {
  const Problem problem = noise(80, LossKind::squared);
  Setting<double> of(problem, {4}, Activation::identity), linear(problem, {}, Activation::identity);
  const auto optimum = [](Setting<double>& setting) {
    setting.state = initial_state<double>(setting.network, {});
    NetworkRisk risk(setting.rows, setting.network, setting.problem.loss, 0);
    return minimise_by_lbfgs(risk, setting.parameters(), {}, {}, {}).value;
  };
  // Both are found to where rounding hides further progress: some hundred ulp of the value.
  const double expected = optimum(linear);
  EXPECT_NEAR(optimum(of), expected, 1e-12 * expected);
}

TEST(EarlyStopping, KeepsTheBestOnValidationRows) {
  Problem held_out = pick_rows(two_moons(400, 2), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  for (double& label : held_out.target) label = 1 - label;  // the better the training rows, the worse these
  Setting<double> of(two_moons(100, 1), {8}, Activation::tanh);
  const Coordinates at = plain(2);
  MemorySource source = held_out.source();
  const RowBatches validation(source, at);
  TrainingOptions options;
  options.epochs = 50;
  options.step_size = 0.01;
  options.patience = 3;
  of.state = initial_state<double>(of.network, options);
  std::vector<std::vector<double>> parameters;
  std::vector<double> losses;
  const TrainingRun run = train_network(of.state, of.gradient, NetworkTrainingData{&of.rows, &validation}, options,
                                        {silent_progress(), [&](const EpochReport& report) {
                                           losses.push_back(report.validation_loss);
                                           parameters.push_back(of.state.parameters);
                                         }});
  const auto best = static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  EXPECT_TRUE(run.stopped_early);
  EXPECT_EQ(losses.size(), best + 1 + options.patience);
  EXPECT_LT(losses.size(), 50U);
  EXPECT_EQ(of.state.parameters, parameters[best]);
  EXPECT_EQ(of.state.best_loss, losses[best]);
  EXPECT_EQ(run.verdict, Verdict::completed);
}

TEST(Divergence, IsSaidAndTheLastGoodParametersStay) {
  Problem problem = noise(60, LossKind::squared);
  for (double& y : problem.target) y *= 1e3;
  Setting<float> of(problem, {8}, Activation::identity);
  TrainingOptions options;
  options.rule = StepRule::momentum;
  options.step_size = 1e3;
  options.batch_size = 10;
  const std::vector<float> first = initial_state<float>(of.network, options).parameters;
  const TrainingRun run = of.train(options);
  EXPECT_EQ(run.verdict, Verdict::non_finite);
  EXPECT_LT(run.epochs, options.epochs);
  EXPECT_EQ(of.state.parameters, first);  // every epoch made it worse
  EXPECT_TRUE(std::isfinite(run.train_loss));
}

TEST(Divergence, IsAlsoALossAboveTheNullModel) {
  Setting<double> of(two_moons(100, 1), {8}, Activation::tanh);
  TrainingOptions options;
  options.rule = StepRule::momentum;
  options.schedule = Schedule::constant;
  options.step_size = 1e-6;
  options.epochs = 1;
  of.state = initial_state<double>(of.network, options);
  NetworkTrainingData data{&of.rows};
  data.null_loss = 0.01;  // out of reach for a step like this
  EXPECT_EQ(train_network(of.state, of.gradient, data, options, silent_progress()).verdict, Verdict::non_finite);
}

TEST(DeadUnits, AreCounted) {
  Setting<double> of(two_moons(100, 1), {6, 5}, Activation::relu);
  TrainingOptions options;
  options.epochs = 1;
  options.step_size = 1e-9;
  of.state = initial_state<double>(of.network, options);
  const std::vector<Layer> layers = of.network.layers();
  const std::size_t before = of.train(options).dead_units;
  of.state = initial_state<double>(of.network, options);
  of.state.parameters[layers[0].biases + 2] = -1000;
  of.state.parameters[layers[1].biases + 4] = -1000;
  const std::size_t dead = of.train(options).dead_units;
  EXPECT_GE(dead, 2U);
  EXPECT_LE(dead, before + 2);
}

TEST(TrainingContract, RefusesWhatDoesNotFit) {
  Setting<double> of(two_moons(20, 1), {3}, Activation::relu);
  TrainingOptions options;
  of.state = initial_state<double>(of.network, options);
  of.state.second.clear();
  EXPECT_THROW(of.train(options), std::invalid_argument);
  options.momentum = 1;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.step_size = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
  options = {};
  options.batch_size = 0;
  EXPECT_THROW(options.validate(), std::invalid_argument);
}

struct ImpatientTrainer final : Progress {
  bool cancelled() const override { return true; }
};

TEST(Cancelling, LeavesTheStateOfTheLastEpoch) {
  Setting<double> of(two_moons(20, 1), {3}, Activation::relu);
  of.state = initial_state<double>(of.network, {});
  const std::vector<double> before = of.state.parameters;
  ImpatientTrainer progress;
  EXPECT_THROW(train_network(of.state, of.gradient, NetworkTrainingData{&of.rows}, {}, progress), Cancelled);
  EXPECT_EQ(of.state.parameters, before);
  EXPECT_EQ(of.state.epoch, 0U);
}

}  // namespace
}  // namespace plumbline
