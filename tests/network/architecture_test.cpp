#include "plumbline/network/architecture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace plumbline {
namespace {

TEST(Architecture, LaysParametersOutOneAfterTheOther) {
  const Architecture network{784, {128, 64}, 10, Activation::prelu};
  const std::vector<Layer> layers = network.layers();
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0].biases, 784U * 128);
  EXPECT_EQ(layers[0].end(), 784U * 128 + 2 * 128);
  EXPECT_EQ(layers[1].weights, layers[0].end());
  EXPECT_EQ(layers[2].weights, layers[1].end());
  EXPECT_FALSE(layers[2].has_slopes);
  EXPECT_TRUE(layers[2].last);
  EXPECT_EQ(network.parameters(), 784U * 128 + 256 + 128 * 64 + 128 + 640 + 10);
  EXPECT_EQ((Architecture{784, {128}, 10, Activation::relu}.parameters()), 101770U);
}

TEST(Architecture, RefusesWidthsThatCannotBe) {
  EXPECT_THROW((Architecture{0, {}, 1}.validate()), std::invalid_argument);
  EXPECT_THROW((Architecture{3, {}, 0}.validate()), std::invalid_argument);
  EXPECT_THROW((Architecture{3, {4, 0}, 1}.validate()), std::invalid_argument);
  const std::size_t huge = std::numeric_limits<std::size_t>::max() / 4;
  EXPECT_THROW((Architecture{3, {huge, huge}, 1}.validate()), std::invalid_argument);
  EXPECT_THROW((Architecture{huge, {huge}, 1}.layers()), std::invalid_argument);
}

struct Spread {
  double mean = 0, sd = 0, largest = 0;
};

Spread spread_of(const std::vector<double>& all, std::size_t begin, std::size_t end) {
  Spread spread;
  const auto count = static_cast<double>(end - begin);
  for (std::size_t c = begin; c < end; ++c) {
    spread.mean += all[c] / count;
    spread.sd += all[c] * all[c] / count;
    spread.largest = std::max(spread.largest, std::fabs(all[c]));
  }
  spread.sd = std::sqrt(spread.sd);
  return spread;
}

// With 40,000 uniform draws the standard deviation is right to 1 % (four times its standard error of 0.2 %), the mean
// to 2 % of it.
TEST(InitialParameters, HaveTheSpreadOfHeAndGlorot) {
  const std::vector<std::pair<Activation, double>> variances{{Activation::relu, 2.0 / 200},
                                                             {Activation::elu, 2.0 / 200},
                                                             {Activation::leaky_relu, 2.0 / (1.0001 * 200)},
                                                             {Activation::prelu, 2.0 / (1.0625 * 200)},
                                                             {Activation::tanh, 2.0 / 400},
                                                             {Activation::identity, 2.0 / 400}};
  for (const auto& [activation, variance] : variances) {
    const Architecture network{200, {200}, 200, activation};
    const std::vector<double> parameters = initial_parameters<double>(network, 3);
    const std::vector<Layer> layers = network.layers();
    const Spread hidden = spread_of(parameters, 0, layers[0].biases);
    EXPECT_NEAR(hidden.sd / std::sqrt(variance), 1, 0.01) << name_of(activation);
    EXPECT_NEAR(hidden.mean / std::sqrt(variance), 0, 0.02) << name_of(activation);
    EXPECT_LE(hidden.largest, std::sqrt(3 * variance));
    const Spread last = spread_of(parameters, layers[1].weights, layers[1].biases);
    EXPECT_NEAR(last.sd / std::sqrt(2.0 / 400), 1, 0.01);
    for (std::size_t c = layers[0].biases; c < layers[0].slopes; ++c) EXPECT_EQ(parameters[c], 0);
    for (std::size_t c = layers[0].slopes; c < layers[0].end(); ++c) EXPECT_EQ(parameters[c], 0.25);
  }
}

TEST(InitialParameters, AreAFunctionOfTheSeed) {
  const Architecture network{20, {30}, 3, Activation::prelu};
  const std::vector<double> first = initial_parameters<double>(network, 1);
  EXPECT_EQ(first, initial_parameters<double>(network, 1));
  EXPECT_NE(first, initial_parameters<double>(network, 2));
  const std::vector<float> single = initial_parameters<float>(network, 1);
  for (std::size_t c = 0; c < first.size(); ++c) EXPECT_EQ(single[c], static_cast<float>(first[c]));
}

}  // namespace
}  // namespace plumbline
