// The risk of a network: against loops over neurons, against EmpiricalRisk where there is nothing hidden, against
// differences; invariances of rows, storage and threads.

#include "plumbline/network/network_risk.hpp"

#include <gtest/gtest.h>

#include "network_cases.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/loss_cases.hpp"

namespace plumbline {
namespace {

using testing::LossKind;
using testing::Problem;
using testing::random_problem;
using testing::Storage;

Architecture architecture_for(const Problem& problem, std::vector<std::size_t> hidden, Activation activation) {
  return {problem.columns, std::move(hidden), outputs_of(problem.loss), activation};
}

/// A problem with all that evaluating a network over it takes.
struct Setting {
  Problem problem;
  Architecture network;
  Coordinates at = testing::plain_coordinates(problem.columns);
  MemorySource source = problem.source();
  RowBatches rows = RowBatches(source, at);
  NetworkRisk risk;

  Setting(Problem problem_, std::vector<std::size_t> hidden, Activation activation, double l2 = 0,
          std::size_t block_rows = 0)
      : problem(std::move(problem_)),
        network(architecture_for(problem, std::move(hidden), activation)),
        source(problem.source(block_rows)),
        risk(rows, network, problem.loss, l2) {}
};

/// (1/Σs) Σ s l + l2/2 Σ W², one row and one neuron at a time.
double risk_by_hand(const Setting& of, const Vector& w, double l2) {
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < of.problem.rows; ++i) {
    std::vector<double> x(of.problem.columns);
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = of.problem.at(i, j);
    const std::vector<double> eta = testing::predictors_by_hand(of.network, x, w.data());
    double loss = 0;
    evaluate(of.problem.loss, of.problem.target.data() + i * of.problem.target_width, eta.data(), 1, {&loss});
    const double weight = of.problem.weight.empty() ? 1 : of.problem.weight[i];
    sum += weight * loss;
    weights += weight;
  }
  double squares = 0;
  for (const Layer& layer : of.network.layers()) {
    for (std::size_t c = layer.weights; c < layer.biases; ++c) {
      squares += w[static_cast<Eigen::Index>(c)] * w[static_cast<Eigen::Index>(c)];
    }
  }
  return sum / weights + l2 / 2 * squares;
}

class EveryActivation : public ::testing::TestWithParam<Activation> {};

// Sums of some hundred terms of size 1, in another order.
TEST_P(EveryActivation, RiskIsThatOfLoopsOverNeurons) {
  for (const LossKind kind : {LossKind::squared, LossKind::logistic, LossKind::multilabel, LossKind::softmax}) {
    Setting of(random_problem({23, 4, kind, Storage::f64, true}, 5), {6, 3}, GetParam(), 0.1);
    const Vector w = testing::random_parameters(of.network, 8);
    Vector gradient;
    EXPECT_NEAR(of.risk.value_gradient(w, gradient), risk_by_hand(of, w, 0.1), 1e-13);
  }
}

// Differences with h = 1e-5 err by some 1e-10; a relu within that of its kink would show, and with these seeds none is.
TEST_P(EveryActivation, DerivativesAreDifferences) {
  Setting of(random_problem({40, 3, LossKind::softmax, Storage::f64, true}, 6), {5, 4}, GetParam(), 0.05);
  const Vector w = testing::random_parameters(of.network, 9), v = testing::random_parameters(of.network, 10);
  constexpr double kStep = 1e-5;
  Vector gradient, up, down, product;
  of.risk.value_gradient(w, gradient);
  for (Eigen::Index c = 0; c < w.size(); ++c) {
    Vector moved = w;
    moved[c] += kStep;
    const double above = of.risk.value_gradient(moved, up);
    moved[c] -= 2 * kStep;
    EXPECT_NEAR(gradient[c], (above - of.risk.value_gradient(moved, down)) / (2 * kStep), 1e-9) << "parameter " << c;
  }
  of.risk.value_gradient(w + kStep * v, up);
  of.risk.value_gradient(w - kStep * v, down);
  of.risk.hessian_vector(w, v, product);
  EXPECT_LT((product - (up - down) / (2 * kStep)).norm(), 1e-8 * (1 + product.norm()));
  // (w + v) − w is v but for a rounding of w + v in each parameter.
  const LinePoint point = of.risk.along(w, w + v, 0.5);
  EXPECT_NEAR(point.value, of.risk.value_gradient(w + 0.5 * v, up), 1e-14 * (1 + up.norm() * v.norm()));
  EXPECT_NEAR(point.slope, up.dot(v), 1e-14 * (1 + product.norm()) * v.norm());
}

INSTANTIATE_TEST_SUITE_P(All, EveryActivation, ::testing::ValuesIn(kActivations), [](const auto& each) {
  std::string name = name_of(each.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Without hidden layers a network is the linear model, whatever the loss.
TEST(NothingHidden, IsTheLinearModel) {
  for (const testing::LossCase& each : testing::all_losses()) {
    SCOPED_TRACE(each.name);
    Setting of(testing::problem_for(each.loss, 30, 4, 3), {}, Activation::relu, 0.2);
    MemorySource source = of.problem.source();
    EmpiricalRisk linear(source, of.at, each.loss, 0.2, of.rows.weight_sum());
    const auto outputs = static_cast<Eigen::Index>(of.network.outputs);
    const Vector w = testing::random_parameters(of.network, 4);
    Vector same(w.size()), gradient, expected;  // output-major, intercepts last
    for (Eigen::Index k = 0; k < outputs; ++k) {
      for (Eigen::Index j = 0; j < 5; ++j) same[k * 5 + j] = w[j * outputs + k];
    }
    EXPECT_NEAR(of.risk.value_gradient(w, gradient), linear.value_gradient(same, expected), 1e-13);
    for (Eigen::Index k = 0; k < outputs; ++k) {
      for (Eigen::Index j = 0; j < 5; ++j) {
        EXPECT_NEAR(gradient[j * outputs + k], expected[k * 5 + j], 1e-13 * (1 + std::fabs(expected[k * 5 + j])));
      }
    }
  }
}

TEST(Rows, StorageAndBlocksChangeNothing) {
  // Cells that every storage type holds exactly are bytes.
  const Problem bytes = random_problem({600, 4, LossKind::softmax, Storage::byte, true}, 7);
  Setting reference(bytes, {5}, Activation::tanh);
  const Vector w = testing::random_parameters(reference.network, 2);
  Vector expected, gradient;
  const double value = reference.risk.value_gradient(w, expected);
  for (const Storage storage : {Storage::f64, Storage::byte, Storage::csr}) {
    for (const std::size_t block_rows : {0U, 7U}) {
      Problem other = bytes;
      other.storage = storage;
      Setting of(other, {5}, Activation::tanh, 0, block_rows);
      EXPECT_EQ(of.risk.value_gradient(w, gradient), value) << name_of(storage);
      EXPECT_EQ(gradient, expected) << name_of(storage);
    }
  }
}

TEST(Rows, AWeightOfTwoIsTheRowTwice) {
  Problem once = random_problem({20, 3, LossKind::logistic, Storage::f64, false}, 8);
  once.weight.assign(20, 1);
  once.weight[4] = 2;
  once.weight[7] = 0;
  std::vector<std::size_t> rows{4};
  for (std::size_t i = 0; i < 20; ++i) {
    if (i != 7) rows.push_back(i);
  }
  Problem twice = pick_rows(once, rows);
  twice.weight.clear();
  Setting a(once, {4}, Activation::softplus, 0.1), b(twice, {4}, Activation::softplus, 0.1);
  const Vector w = testing::random_parameters(a.network, 3);
  Vector ga, gb;
  EXPECT_NEAR(a.risk.value_gradient(w, ga), b.risk.value_gradient(w, gb), 1e-14);
  EXPECT_LT((ga - gb).norm(), 1e-14);
}

TEST(Rows, AreStandardised) {
  const Problem problem = random_problem({30, 3, LossKind::squared, Storage::csr, false}, 9);
  Problem moved = problem;
  moved.storage = Storage::f64;
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t j = 0; j < 3; ++j) moved.at(i, j) = j == 2 ? 0 : (problem.at(i, j) - 0.5) * 2;
  }
  Setting plain(moved, {4}, Activation::tanh);
  Problem sparse = problem;
  MemorySource source = sparse.source();
  Coordinates at = testing::plain_coordinates(3);
  at.center = {0.5, 0.5, 0.5};
  at.scale = {2, 2, 0};
  const RowBatches rows(source, at);
  NetworkRisk risk(rows, plain.network, sparse.loss, 0);
  const Vector w = testing::random_parameters(plain.network, 3);
  Vector ga, gb;
  EXPECT_EQ(risk.value_gradient(w, ga), plain.risk.value_gradient(w, gb));
  EXPECT_EQ(ga, gb);
}

TEST(Threads, ChangeNoBit) {
  Setting of(random_problem({1500, 60, LossKind::softmax, Storage::f64, true}, 11), {64, 32}, Activation::relu);
  const Vector w = testing::random_parameters(of.network, 3);
  std::vector<Vector> gradients;
  for (const std::size_t threads : {1U, 2U, 5U}) {
    const ThreadLimit limit(threads);
    of.risk.value_gradient(Vector(2 * w), gradients.emplace_back());  // a cached result would prove nothing
    of.risk.value_gradient(w, gradients.back());
    EXPECT_EQ(gradients.back(), gradients.front());
  }
}

/// A gradient of hidden layers of 40 softplus neurons over 200 rows, some of them recomputed.
struct Chain {
  static constexpr std::size_t kRows = 200, kWidth = 40;
  Problem problem = random_problem({kRows, 5, LossKind::softmax}, 12);
  Coordinates at = testing::plain_coordinates(5);
  MemorySource source = problem.source();
  RowBatches rows = RowBatches(source, at);
  std::vector<double> gradient;

  autodiff::TapeCounters run(std::size_t layers, std::size_t recomputed) {
    const Architecture network =
        architecture_for(problem, std::vector<std::size_t>(layers, kWidth), Activation::softplus);
    Batch<double> batch;
    rows.load(rows.rows(), batch);
    const Vector w = testing::random_parameters(network, 3);
    gradient.assign(network.parameters(), 0);
    NetworkGradient<double> of(network, problem.loss, recomputed);
    of.add(batch, w.data(), 1, gradient.data());
    return of.counters();
  }
};

TEST(Recomputing, ChangesNoBit) {
  Chain chain;
  EXPECT_EQ(chain.run(4, 0).block_evaluations, 4U);
  const std::vector<double> kept = chain.gradient;
  EXPECT_EQ(chain.run(4, 1).block_evaluations, 5U);  // 1.25 times the forward work
  EXPECT_EQ(chain.gradient, kept);
  EXPECT_EQ(chain.run(4, 4).block_evaluations, 8U);
  EXPECT_EQ(chain.gradient, kept);
}

// In matrices of 200 x 40: a layer that is kept holds two, before and after its activation, one that is recomputed its
// result; while a layer is walked back, there are two adjoints and, if it is recomputed, the two matrices again. The
// walk begins with all layers held; a layer that was passed is given back. What else there is (inputs, eta with its
// gradient, the tape's own bookkeeping) is small.
TEST(Recomputing, HoldsWhatTheBookSays) {
  Chain chain;
  constexpr std::size_t kLayers = 12;
  for (const std::size_t recomputed : {0U, 3U, 6U, 9U, 11U, 12U}) {
    SCOPED_TRACE(recomputed);
    const std::size_t held = 2 * kLayers - recomputed, again = recomputed == kLayers ? 2 : 0;
    const double matrices = static_cast<double>(chain.run(kLayers, recomputed).peak_bytes) /
                            (Chain::kRows * Chain::kWidth * sizeof(double));
    EXPECT_GE(matrices, static_cast<double>(held + 2 + again));
    EXPECT_LT(matrices, static_cast<double>(held + 2 + again) + 0.8);
  }
}

}  // namespace
}  // namespace plumbline
