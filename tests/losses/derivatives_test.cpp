// Central differences of each loss against its own gradient, and of the gradient against the curvature; traits.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/losses/loss.hpp"
#include "support/loss_cases.hpp"

namespace plumbline::testing {
namespace {

struct Row {
  double value = 0;
  std::vector<double> gradient, curvature;
};

Row row_of(const Loss& loss, double y, const std::vector<double>& eta) {
  Row row{0, std::vector<double>(eta.size()), std::vector<double>(curvature_blocks_of(loss).size())};
  evaluate(loss, &y, eta.data(), 1, {&row.value, row.gradient.data(), row.curvature.data()});
  return row;
}

double draw_target(const Loss& loss, Draws& draws) {
  if (!traits_of(loss).classification) return draws.normal();
  return static_cast<double>(draws.below(std::max<std::size_t>(outputs_of(loss), 2)));
}

/// Whether a kink lies within `reach` of a row: there the derivatives on either side differ.
bool near_kink(const Loss& loss, double y, double eta, double reach) {
  if (const auto* huber = std::get_if<HuberLoss>(&loss)) {
    return std::fabs(std::fabs(eta - y) - huber->delta) < reach;
  }
  if (std::holds_alternative<HingeLoss>(loss) || std::holds_alternative<SquaredHingeLoss>(loss)) {
    return std::fabs((2 * y - 1) * eta - 1) < reach;
  }
  return !traits_of(loss).smooth && std::fabs(eta - y) < reach;
}

class EveryLoss : public ::testing::TestWithParam<LossCase> {};

// Truncation is h²/6 |f‴| and rounding 1e-16 |f|/h: at h = 1e-5 both are below 1e-9 of the larger of f and its
// derivatives for |eta| up to 15 or so; exp(−v) of the heteroscedastic loss makes the latter as large as exp(15).
TEST_P(EveryLoss, GradientAndCurvatureAreCentralDifferences) {
  const Loss& loss = GetParam().loss;
  constexpr double kStep = 1e-5;
  const OutputPairs pairs = curvature_blocks_of(loss);
  Draws draws(41);
  int checked = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const double y = draw_target(loss, draws), wide = trial % 2 == 0 ? 1 : 4;
    std::vector<double> eta(outputs_of(loss));
    for (double& each : eta) each = wide * draws.normal();
    if (near_kink(loss, y, eta[0], 2 * kStep)) continue;
    ++checked;
    const Row at = row_of(loss, y, eta);
    double size = 1 + std::fabs(at.value);
    for (const double h : at.curvature) size = std::max(size, std::fabs(h));
    for (std::size_t k = 0; k < eta.size(); ++k) {
      std::vector<double> up = eta, down = eta;
      up[k] += kStep;
      down[k] -= kStep;
      const Row above = row_of(loss, y, up), below = row_of(loss, y, down);
      const double width = up[k] - down[k];
      EXPECT_NEAR(at.gradient[k], (above.value - below.value) / width, 1e-9 * size);
      for (std::size_t q = 0; q < pairs.size(); ++q) {
        const auto [a, b] = pairs[q];
        if (a != k && b != k) continue;
        const std::size_t other = a == k ? b : a;
        EXPECT_NEAR(at.curvature[q], (above.gradient[other] - below.gradient[other]) / width, 1e-9 * size);
      }
    }
  }
  EXPECT_GT(checked, 290);
}

TEST_P(EveryLoss, NeverNaNAndGradientsThatAreBoundedStaySo) {
  const Loss& loss = GetParam().loss;
  const bool bounded = traits_of(loss).classification && !traits_of(loss).piecewise &&
                       !std::holds_alternative<ProbitLoss>(loss) && !std::holds_alternative<CloglogLoss>(loss);
  const std::vector<double> grid{0,    5e-324, -1e-300, 1e-17, -36.7, 37.5, 38.4,  -40,    300,   -600,     700,    708,
                                 -709, 710,    744.5,   -746,  1e9,   -1e9, 1e154, -1e200, 1e300, -1.7e308, 1.7e308};
  for (const double a : grid) {
    for (const double b : grid) {
      std::vector<double> eta{a, b, -a};
      eta.resize(outputs_of(loss));
      for (const double y : {0.0, 1.0, traits_of(loss).classification ? 0.0 : -1.5e308}) {
        const Row row = row_of(loss, y, eta);
        EXPECT_FALSE(std::isnan(row.value)) << a << " " << b << " " << y;
        EXPECT_TRUE(row.value >= 0 || !traits_of(loss).non_negative) << a << " " << b << " " << y;
        for (const double g : row.gradient) {
          EXPECT_FALSE(std::isnan(g)) << a << " " << b << " " << y;
          EXPECT_TRUE(std::fabs(g) <= 2 || !bounded) << a << " " << b << " " << y;
        }
        for (const double h : row.curvature) EXPECT_FALSE(std::isnan(h)) << a << " " << b << " " << y;
      }
      if (outputs_of(loss) == 1) break;
    }
  }
}

/// Convex losses lie below their chords, others somewhere do not; those that are not smooth have jumps in the slope.
TEST_P(EveryLoss, TraitsAreTrue) {
  const Loss& loss = GetParam().loss;
  const LossTraits traits = traits_of(loss);
  Draws draws(42);
  bool above_chord = false, negative = false;
  for (int trial = 0; trial < 4000; ++trial) {
    const double y = draw_target(loss, draws);
    std::vector<double> a(outputs_of(loss)), b(a), middle(a);
    for (std::size_t k = 0; k < a.size(); ++k) {
      a[k] = 3 * draws.normal();
      b[k] = 3 * draws.normal();
      middle[k] = 0.5 * (a[k] + b[k]);
    }
    const double chord = 0.5 * (row_of(loss, y, a).value + row_of(loss, y, b).value);
    above_chord = above_chord || row_of(loss, y, middle).value > chord + 1e-12 * (1 + std::fabs(chord));
    negative = negative || chord < 0;
  }
  EXPECT_EQ(traits.convex, !above_chord);
  EXPECT_EQ(traits.non_negative, !negative);
  EXPECT_EQ(mixes_outputs(loss), curvature_blocks_of(loss).size() > outputs_of(loss));
}

TEST_P(EveryLoss, OutputsThatAreNotWantedChangeNoOther) {
  const Loss& loss = GetParam().loss;
  Draws draws(43);
  constexpr std::size_t kRows = 7;
  const std::size_t outputs = outputs_of(loss), blocks = curvature_blocks_of(loss).size();
  std::vector<double> y, eta;
  for (std::size_t i = 0; i < kRows; ++i) y.push_back(draw_target(loss, draws));
  for (std::size_t c = 0; c < kRows * outputs; ++c) eta.push_back(2 * draws.normal());
  std::vector<double> value(kRows), gradient(eta.size()), curvature(kRows * blocks);
  std::vector<double> own_value = value, own_gradient = gradient, own_curvature = curvature;
  evaluate(loss, y.data(), eta.data(), kRows, {value.data(), gradient.data(), curvature.data()});
  evaluate(loss, y.data(), eta.data(), kRows, {own_value.data(), nullptr, nullptr});
  evaluate(loss, y.data(), eta.data(), kRows, {nullptr, own_gradient.data(), nullptr});
  evaluate(loss, y.data(), eta.data(), kRows, {nullptr, nullptr, own_curvature.data()});
  EXPECT_EQ(value, own_value);
  EXPECT_EQ(gradient, own_gradient);
  EXPECT_EQ(curvature, own_curvature);
  std::vector<double> mean(kRows, -1);
  std::visit([&](const auto& l) { l.mean_curvature(eta.data(), kRows, mean.data()); }, loss);
  for (const double each : mean) EXPECT_GT(each, 0);
}

INSTANTIATE_TEST_SUITE_P(All, EveryLoss, ::testing::ValuesIn(all_losses()),
                         [](const ::testing::TestParamInfo<LossCase>& each) { return each.param.name; });

}  // namespace
}  // namespace plumbline::testing
