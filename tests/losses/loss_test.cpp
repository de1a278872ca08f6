#include "plumbline/losses/loss.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

/// Everything that a loss says about some rows.
struct Evaluated {
  std::vector<double> value, gradient, curvature;
};

template <class L>
Evaluated evaluate(const L& loss, const std::vector<double>& y, const std::vector<double>& eta) {
  const std::size_t rows = eta.size() / loss.outputs();
  Evaluated out{std::vector<double>(rows, 99), std::vector<double>(eta.size(), 99),
                std::vector<double>(rows * loss.curvature_blocks().size(), 99)};
  loss.evaluate(y.data(), eta.data(), rows, {out.value.data(), out.gradient.data(), out.curvature.data()});
  return out;
}

/// |got − exact| within `relative` of |exact|, or below what a double can hold at all.
void expect_close(double got, Real exact, double relative, const char* what) {
  EXPECT_LE(std::fabs(got - exact), relative * std::fabs(exact) + 1e-307L) << what << " " << got << " for " << exact;
}

/// Where exp leaves the doubles (708.4, 745.1), where 1 swallows it (36.7), and far beyond.
std::vector<double> extreme_logits() {
  std::vector<double> grid{0, 1e-308, 1e-17, 1e-8};
  for (const double z : {0.1, 0.7, 1.0, 2.5, 10.0, 36.7, 37.5, 100.0, 700.0, 708.0, 745.0, 1e5, 1e300, 1e308}) {
    grid.push_back(z);
  }
  const std::size_t half = grid.size();
  for (std::size_t i = 0; i < half; ++i) grid.push_back(-grid[i]);
  return grid;
}

TEST(SquaredLoss, IsHalfTheSquareOfTheResidual) {
  const Evaluated out = evaluate(SquaredLoss{}, {1, 2, -3, 0}, {1, 5, 4, 1e200});
  EXPECT_EQ(out.value, (std::vector<double>{0, 4.5, 24.5, kInfinity}));  // 1e400 is beyond a double
  EXPECT_EQ(out.gradient, (std::vector<double>{0, 3, 7, 1e200}));
  EXPECT_EQ(out.curvature, (std::vector<double>{1, 1, 1, 1}));
}

// The exact values are taken in long double from forms that do not cancel: softplus(z), 1/(1 + exp(z)).
// A few ulp of the kernel, 4, and a product for the curvature: 1e-14 relative, also where the values are tiny.
TEST(LogisticLoss, MatchesClosedFormsToFullRelativeAccuracyAtExtremes) {
  const LogisticLoss loss{1};
  for (const double eta : extreme_logits()) {
    for (const double y : {0.0, 1.0}) {
      const Real z = y == 1 ? -static_cast<Real>(eta) : static_cast<Real>(eta);
      const Evaluated out = evaluate(loss, {y}, {eta});
      expect_close(out.value[0], softplus(z), 1e-14, "value");
      expect_close(out.gradient[0], (y == 1 ? -1 : 1) * sigmoid_of(z), 1e-14, "gradient");
      expect_close(out.curvature[0], sigmoid_of(z) * sigmoid_of(-z), 1e-14, "curvature");
      EXPECT_TRUE(std::isfinite(out.value[0]));
    }
  }
}

/// Truncation h²/6·|f'''| and rounding 1e-19·|f|/h: below 1e-10 for |eta| <= 40.
template <class L>
void expect_derivatives(const L& loss, const std::vector<double>& y, const std::vector<double>& eta) {
  const Evaluated out = evaluate(loss, y, eta);
  const auto outputs = static_cast<Eigen::Index>(loss.outputs());
  const RealVector at = Eigen::Map<const Vector>(eta.data(), outputs).cast<Real>();
  const RealVector slope =
      central_difference([&](const RealVector& z) { return row_loss(loss, y.data(), z).value; }, at);
  for (Eigen::Index k = 0; k < outputs; ++k) {
    EXPECT_NEAR(out.gradient[static_cast<std::size_t>(k)], static_cast<double>(slope[k]), 1e-10);
  }
  const OutputPairs pairs = loss.curvature_blocks();
  for (std::size_t q = 0; q < pairs.size(); ++q) {
    const RealVector bend = central_difference(
        [&](const RealVector& z) {
          return row_loss(loss, y.data(), z).gradient[static_cast<Eigen::Index>(pairs[q].first)];
        },
        at);
    EXPECT_NEAR(out.curvature[q], static_cast<double>(bend[static_cast<Eigen::Index>(pairs[q].second)]), 1e-10);
  }
}

TEST(Losses, DerivativesAreCentralDifferencesOfTheValue) {
  Draws draws(1);
  for (int trial = 0; trial < 200; ++trial) {
    const double wide = trial % 2 == 0 ? 2 : 12;
    std::vector<double> eta(4);
    for (double& value : eta) value = wide * draws.normal();
    expect_derivatives(SquaredLoss{}, {draws.normal()}, {eta[0]});
    expect_derivatives(LogisticLoss{1}, {static_cast<double>(draws.below(2))}, {eta[0]});
    std::vector<double> labels;
    for (int k = 0; k < 4; ++k) labels.push_back(static_cast<double>(draws.below(2)));
    expect_derivatives(LogisticLoss{4}, labels, eta);
    expect_derivatives(SoftmaxLoss{4}, {static_cast<double>(draws.below(4))}, eta);
  }
}

// log p cancels where the true class is nearly sure, so the value is right to a few ulp of max(|eta|, 1); gradient and
// curvature keep relative accuracy (1e-13: sums of m terms, and exp of a difference that carries an ulp of its size).
TEST(SoftmaxLoss, MatchesLongDoubleOnAGrid) {
  const SoftmaxLoss loss{3};
  const std::vector<double> grid{-700, -40, -1.5, 0, 0.3, 20, 650};
  for (const double a : grid) {
    for (const double b : grid) {
      for (std::size_t truth = 0; truth < 3; ++truth) {
        const std::vector<double> eta{a, b, 0.7};
        const double y = static_cast<double>(truth);
        const RowLoss exact = row_loss(loss, &y, Eigen::Map<const Vector>(eta.data(), 3).cast<Real>());
        const Evaluated out = evaluate(loss, {y}, eta);
        EXPECT_NEAR(out.value[0], static_cast<double>(exact.value),
                    1e-15 * std::max({std::fabs(a), std::fabs(b), 1.0}));
        for (std::size_t k = 0; k < 3; ++k) {
          if (k != truth)
            expect_close(out.gradient[k], exact.gradient[static_cast<Eigen::Index>(k)], 1e-13, "gradient");
        }
        const double others = out.gradient[0] + out.gradient[1] + out.gradient[2];
        EXPECT_NEAR(others, 0, 1e-15);
        for (std::size_t q = 0; q < out.curvature.size(); ++q) {
          const auto [i, j] = loss.curvature_blocks()[q];
          if (i == j) continue;  // the oracle's own p − p² cancels; the next test checks the diagonal
          expect_close(out.curvature[q], exact.curvature(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)),
                       1e-13, "curvature");
        }
      }
    }
  }
}

TEST(SoftmaxLoss, NothingCancelsWhereOneClassIsNearlySure) {
  const SoftmaxLoss loss{3};
  // p = (1 − 2q, q, q) but for rounding of exp(−40): q = e^-40/(1 + 2e^-40).
  const Evaluated out = evaluate(loss, {0}, {40, 0, 0});
  const Real q = std::exp(-40.0L) / (1 + 2 * std::exp(-40.0L));
  expect_close(out.gradient[0], -2 * q, 1e-14, "gradient of the true class");
  expect_close(out.curvature[0], 2 * q * (1 - 2 * q), 1e-14, "curvature of the sure class");
  expect_close(out.curvature[3], q * (1 - q), 1e-14, "curvature of another");
}

TEST(SoftmaxLoss, NeverNaNAndInfinityOnlyBeyondTheDoubles) {
  const SoftmaxLoss loss{3};
  const std::vector<double> grid = extreme_logits();
  for (const double a : grid) {
    for (const double b : grid) {
      for (double truth = 0; truth < 3; ++truth) {
        const Evaluated out = evaluate(loss, {truth}, {a, b, 0.0});
        for (const double g : out.gradient) EXPECT_LE(std::fabs(g), 1.0) << a << " " << b;
        for (const double h : out.curvature) EXPECT_LE(std::fabs(h), 0.25 + 1e-15) << a << " " << b;
        const Real exact = row_loss(loss, &truth, (RealVector(3) << a, b, 0).finished()).value;
        if (exact > std::numeric_limits<double>::max()) {
          EXPECT_EQ(out.value[0], kInfinity);
        } else {
          EXPECT_TRUE(std::isfinite(out.value[0])) << a << " " << b << " " << truth;
          EXPECT_GE(out.value[0], 0) << a << " " << b << " " << truth;
        }
      }
    }
  }
}

// With two classes only the difference matters: l = softplus(∓(eta_1 − eta_0)). The value of softmax is a difference of
// numbers as large as the logits, so it is right to a few ulp of those.
RC_GTEST_PROP(SoftmaxLoss, WithTwoClassesIsLogisticOfTheDifference, ()) {
  const double a = *rc::gen::inRange(-300000, 300000) / 1e3;
  const double b = *rc::gen::inRange(-300000, 300000) / 1e3;
  const double y = *rc::gen::inRange(0, 2);
  const Evaluated two = evaluate(SoftmaxLoss{2}, {y}, {a, b});
  const Evaluated one = evaluate(LogisticLoss{1}, {y}, {b - a});
  RC_ASSERT(std::fabs(two.value[0] - one.value[0]) <= 1e-15 * (1 + std::fabs(a) + std::fabs(b)));
  RC_ASSERT(std::fabs(two.gradient[1] - one.gradient[0]) <= 1e-13 * std::fabs(one.gradient[0]));
  RC_ASSERT(std::fabs(two.gradient[0] + one.gradient[0]) <= 1e-13 * std::fabs(one.gradient[0]));
  RC_ASSERT(std::fabs(two.curvature[0] - one.curvature[0]) <= 1e-13 * one.curvature[0]);
  RC_ASSERT(std::fabs(two.curvature[1] + one.curvature[0]) <= 1e-13 * one.curvature[0]);
  RC_ASSERT(std::fabs(two.curvature[2] - one.curvature[0]) <= 1e-13 * one.curvature[0]);
}

// More cells than a batch of 512 and a width that does not divide it, so that rows straddle batches.
TEST(LogisticLoss, MultilabelIsTheSumOverLabels) {
  constexpr std::size_t kLabels = 5, kRows = 411;
  Draws draws(2);
  std::vector<double> y, eta;
  for (std::size_t c = 0; c < kRows * kLabels; ++c) {
    y.push_back(static_cast<double>(draws.below(2)));
    eta.push_back(5 * draws.normal());
  }
  const Evaluated all = evaluate(LogisticLoss{kLabels}, y, eta);
  for (std::size_t i = 0; i < kRows; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < kLabels; ++k) {
      const std::size_t cell = i * kLabels + k;
      const Evaluated one = evaluate(LogisticLoss{1}, {y[cell]}, {eta[cell]});
      sum += one.value[0];
      EXPECT_EQ(all.gradient[cell], one.gradient[0]);
      EXPECT_EQ(all.curvature[k * kRows + i], one.curvature[0]);
    }
    EXPECT_NEAR(all.value[i], sum, 1e-15 * sum);
  }
}

TEST(Losses, OutputsThatAreNotWantedAreNotTouchedAndChangeNoOther) {
  Draws draws(3);
  std::vector<double> eta;
  for (int c = 0; c < 12; ++c) eta.push_back(draws.normal());
  const std::vector<double> y{0, 1, 2, 1};
  const SoftmaxLoss loss{3};
  const Evaluated all = evaluate(loss, y, eta);
  std::vector<double> value(4), gradient(12), curvature(24);
  loss.evaluate(y.data(), eta.data(), 4, {value.data(), nullptr, nullptr});
  loss.evaluate(y.data(), eta.data(), 4, {nullptr, gradient.data(), nullptr});
  loss.evaluate(y.data(), eta.data(), 4, {nullptr, nullptr, curvature.data()});
  EXPECT_EQ(value, all.value);
  EXPECT_EQ(gradient, all.gradient);
  EXPECT_EQ(curvature, all.curvature);
}

/// The trace of the curvature over the number of free outputs.
TEST(Losses, MeanCurvatureIsTheTraceOverTheFreeOutputs) {
  Draws draws(4);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<double> eta;
    for (int k = 0; k < 4; ++k) eta.push_back(6 * draws.normal());
    double mean = 0;
    SquaredLoss{}.mean_curvature(eta.data(), 1, &mean);
    EXPECT_EQ(mean, 1);
    const Evaluated labels = evaluate(LogisticLoss{4}, {0, 1, 1, 0}, eta);
    LogisticLoss{4}.mean_curvature(eta.data(), 1, &mean);
    EXPECT_NEAR(mean, (labels.curvature[0] + labels.curvature[1] + labels.curvature[2] + labels.curvature[3]) / 4,
                1e-15);
    const Evaluated classes = evaluate(SoftmaxLoss{4}, {0}, eta);
    SoftmaxLoss{4}.mean_curvature(eta.data(), 1, &mean);
    EXPECT_NEAR(mean, (classes.curvature[0] + classes.curvature[4] + classes.curvature[7] + classes.curvature[9]) / 3,
                1e-15);
  }
}

}  // namespace
}  // namespace plumbline::testing
