// The ends of the domains, the limits of the temperature, and what the functions of losses/functions.hpp refuse.

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "plumbline/losses/functions.hpp"

namespace plumbline::testing {
namespace {

using Numbers = std::vector<double>;
using Indices = std::vector<std::size_t>;

const double kNaN = std::nan("");
constexpr ClassLossOptions kNone{Reduction::none, {}, 0};

bool all_nan(const Numbers& values) {
  for (const double value : values) {
    if (!std::isnan(value)) return false;
  }
  return true;
}

TEST(Functions, TemperatureZeroIsArgmaxWithTiesShared) {
  EXPECT_EQ(softmax(Numbers{1, 3, 2}, 0), (Numbers{0, 1, 0}));
  EXPECT_EQ(softmax(Numbers{3, 1, 3, 3 - 4e-16}, 0), (Numbers{0.5, 0, 0.5, 0}));
  EXPECT_EQ(softmax(Numbers{-1e308, -1e308}, 0), (Numbers{0.5, 0.5}));
  EXPECT_EQ(log_softmax(Numbers{3, 1, 3}, 0), (Numbers{-std::log(2), -kInfinity, -std::log(2)}));
  EXPECT_EQ(sigmoid(1e-300, 0), 1);
  EXPECT_EQ(sigmoid(0, 0), 0.5);
  EXPECT_EQ(sigmoid(-1e-300, 0), 0);
  EXPECT_EQ(log_sigmoid(0, 0), -std::log(2));
}

TEST(Functions, InfiniteTemperatureIsUniform) {
  EXPECT_EQ(softmax(Numbers{1, 1e308, -1e308, 2}, kInfinity), (Numbers{0.25, 0.25, 0.25, 0.25}));
  EXPECT_EQ(log_softmax(Numbers{1, 5}, kInfinity), (Numbers{-std::log(2), -std::log(2)}));
  EXPECT_EQ(softmax(Numbers{1, -kInfinity, 7}, kInfinity), (Numbers{0.5, 0, 0.5}));
  EXPECT_EQ(sigmoid(1e308, kInfinity), 0.5);
}

/// F.4.3: the same logits at τ = 1, 10, 100 become flatter; and the limits are reached continuously.
TEST(Functions, TemperatureRunsFromArgmaxToUniform) {
  const Numbers logits{2, -1, 0.5};
  double before = 1;
  for (const double temperature : {1e-6, 1e-2, 1.0, 10.0, 100.0, 1e6}) {
    const double largest = softmax(logits, temperature)[0];
    EXPECT_TRUE(largest < before || largest == 1) << temperature;
    before = largest;
  }
  EXPECT_EQ(softmax(logits, 1e-6), softmax(logits, 0));
  EXPECT_NEAR(softmax(logits, 1e12)[0], 1.0 / 3, 1e-12);
}

TEST(Functions, InfiniteLogitsAreLimitsAndNaNStaysNaN) {
  EXPECT_EQ(softmax(Numbers{kInfinity, 1, kInfinity}), (Numbers{0.5, 0, 0.5}));
  EXPECT_EQ(softmax(Numbers{-kInfinity, 1, 1}), (Numbers{0, 0.5, 0.5}));
  EXPECT_EQ(log_softmax(Numbers{-kInfinity, 1}), (Numbers{-kInfinity, 0}));
  EXPECT_TRUE(all_nan(softmax(Numbers{-kInfinity, -kInfinity})));
  for (const double temperature : {0.0, 1.0, kInfinity}) {
    EXPECT_TRUE(all_nan(softmax(Numbers{1, kNaN, 2}, temperature)));
    EXPECT_TRUE(all_nan(log_softmax(Numbers{kNaN, 1, kInfinity}, temperature)));
    EXPECT_TRUE(all_nan({sigmoid(kNaN, temperature), log_sigmoid(kNaN, temperature)}));
    EXPECT_EQ(sigmoid(kInfinity, temperature), 1);
    EXPECT_EQ(sigmoid(-kInfinity, temperature), 0);
  }
  EXPECT_EQ(logsumexp(Numbers{}), -kInfinity);
  EXPECT_EQ(logsumexp(Numbers{-kInfinity, -kInfinity}), -kInfinity);
  EXPECT_EQ(logsumexp(Numbers{1, kInfinity}), kInfinity);
  EXPECT_TRUE(all_nan({logsumexp(Numbers{1, kNaN, 3}), softplus(kNaN)}));
  EXPECT_EQ(softplus(-kInfinity), 0);
  EXPECT_EQ(softplus(kInfinity), kInfinity);
}

/// C.4.4: the shift saves what the naive sum of exp turns to ∞.
TEST(Functions, LogsumexpHoldsWhereExpOverflows) {
  EXPECT_EQ(std::log(std::exp(1000.0) + std::exp(1000.0)), kInfinity);
  EXPECT_NEAR(logsumexp(Numbers{1000, 1000}), 1000 + std::log(2), 2e-13);  // an ulp of 1000
  EXPECT_NEAR(logsumexp(Numbers{0, -40}), std::exp(-40), 1e-33);
}

TEST(Functions, ProbabilitiesZeroAndOneAreExactAndNotClipped) {
  const Numbers p{0, 0, 1, 1, 0, 1}, y{0, 1, 1, 0, 0.25, 0.25};
  EXPECT_EQ(binary_cross_entropy(p, y, kNone).values, (Numbers{0, kInfinity, 0, kInfinity, kInfinity, kInfinity}));
  const Numbers only_zeros{1, 0};  // p = 0 for y = 1 does not count: 0 times ∞ is 0 here
  EXPECT_EQ(binary_cross_entropy(p, y, {Reduction::none, only_zeros, 0}).values,
            (Numbers{0, 0, 0, kInfinity, 0, kInfinity}));
  const Numbers logits{-kInfinity, -kInfinity, kInfinity, kInfinity}, ends{0, 1, 1, 0};
  EXPECT_EQ(binary_cross_entropy_with_logits(logits, ends, kNone).values, (Numbers{0, kInfinity, 0, kInfinity}));
  const Numbers log_p{-kInfinity, 0};
  EXPECT_EQ(nll({log_p, 2}, Indices{1}).value(), 0);
  EXPECT_EQ(nll({log_p, 2}, Indices{0}).value(), kInfinity);
}

TEST(Functions, KlDivergenceOfEqualRowsIsZeroAndOfDisjointOnesInfinite) {
  const Numbers p{0.5, 0.5, 0, 0.25, 0.5, 0.25}, q{0, 0.5, 0.5, 0.25, 0.5, 0.25};
  EXPECT_EQ(kl_divergence({p, 3}, {p, 3}, Reduction::sum).value(), 0);
  EXPECT_EQ(kl_divergence({p, 3}, {q, 3}, Reduction::none).values, (Numbers{kInfinity, 0}));
  const Numbers certain{1, 0}, half{0.5, 0.5};
  EXPECT_NEAR(kl_divergence({certain, 2}, {half, 2}).value(), std::log(2), 2e-16);
}

TEST(Functions, InfinityOnlyWhereTheExactValueExceedsTheDoubles) {
  const Numbers logits{1e308, -1e308, 0, 1e308, -0.5e308, 0};
  const ClassRows rows(logits, 3);
  EXPECT_EQ(cross_entropy(rows, Indices{1, 1}, kNone).values, (Numbers{kInfinity, 1.5e308}));
  EXPECT_EQ(cross_entropy(rows, Indices{2, 1}, kNone).values, (Numbers{1e308, 1.5e308}));
  EXPECT_EQ(cross_entropy(rows, Indices{2, 1}, {Reduction::sum, {}, 0}).value(), kInfinity);
  EXPECT_EQ(cross_entropy(rows, Indices{2, 1}).value(), 1.25e308);  // though the sum is beyond the doubles
  EXPECT_EQ(cross_entropy(rows, Indices{1, 0}).value(), 1e308);     // 2e308 and 0
  const Numbers heavy{1e308, 1e308, 1e308};  // neither numerator nor denominator of the mean is a double
  EXPECT_EQ(cross_entropy(rows, Indices{2, 1}, {Reduction::mean, heavy, 0}).value(), 1.25e308);
  const Numbers light{1, 0.25, 1};  // a quarter of 2e308
  EXPECT_EQ(cross_entropy(rows, Indices{1, 0}, {Reduction::none, light, 0}).values, (Numbers{0.5e308, 0}));
  const Numbers z{1e308, -1e308}, y{0, 1};
  EXPECT_EQ(binary_cross_entropy_with_logits(z, y).value(), 1e308);
}

TEST(Functions, NaNLogitsGiveNaNInTheirRowOnly) {
  const Numbers logits{0, kNaN, 0, 0};
  const Numbers losses = cross_entropy({logits, 2}, Indices{0, 0}, kNone).values;
  EXPECT_TRUE(std::isnan(losses[0]));
  EXPECT_EQ(losses[1], std::log(2));
  EXPECT_TRUE(std::isnan(cross_entropy({logits, 2}, Indices{0, 0}).value()));
  EXPECT_TRUE(std::isnan(zero_one_loss({logits, 2}, Indices{0, 0}).value()));
  EXPECT_TRUE(std::isnan(margin({logits, 2}, Indices{0, 0})[0]));
}

TEST(Functions, MarginsAndZeroOneLossAsInTheNotes) {
  EXPECT_EQ(margin(Numbers{2, 2, -3}, Numbers{1, 0, 0}), (Numbers{2, -2, 3}));
  const Numbers logits{1, 4, 2, 5, 5, 0};
  EXPECT_EQ(margin({logits, 3}, Indices{1, 0}), (Numbers{2, 0}));
  EXPECT_EQ(zero_one_loss({logits, 3}, Indices{1, 1}, kNone).values, (Numbers{0, 1}));  // the first of equals wins
  const Numbers soft{0.25, 0.5, 0.25, 0, 1, 0}, weights{1, 2, 3};
  EXPECT_EQ(zero_one_loss({logits, 3}, ClassRows(soft, 3), kNone).values, (Numbers{0.5, 1}));
  // Row 1: class 1 right, 0.25·1 + 0.25·3; row 2: class 0 predicted, 2. Weights used: 0.25 + 1 + 0.75 + 2.
  EXPECT_EQ(zero_one_loss({logits, 3}, ClassRows(soft, 3), {Reduction::mean, weights, 0}).value(), 3.0 / 4);
  EXPECT_EQ(zero_one_loss(Numbers{0, 1e-300, -1, 3}, Numbers{0, 1, 1, 0.75}, kNone).values, (Numbers{0, 0, 1, 0.25}));
}

TEST(Functions, NoRowsSumToZeroAndHaveNoMean) {
  const ClassRows none(Numbers{}, 3);
  EXPECT_TRUE(cross_entropy(none, Indices{}, kNone).values.empty());
  EXPECT_EQ(cross_entropy(none, Indices{}, {Reduction::sum, {}, 0}).value(), 0);
  EXPECT_THROW(cross_entropy(none, Indices{}), std::invalid_argument);
  EXPECT_THROW(kl_divergence(none, none), std::invalid_argument);
}

/// The message names function and argument.
template <class Call>
void expect_refused(const Call& call, const std::string& function, const std::string& argument) {
  try {
    call();
    ADD_FAILURE() << function << " accepts bad " << argument;
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find(function), std::string::npos) << message;
    EXPECT_NE(message.find(argument), std::string::npos) << message;
  }
}

TEST(Functions, BrokenContractsAreRefusedByName) {
  const Numbers logits{1, 2, 3, 4}, bad_p{0.5, 1.5}, soft{0.5, 0.5, 0.5, 0.6}, one_weight{1};
  const ClassRows rows(logits, 2);
  const Indices good{0, 1};
  expect_refused([] { ClassRows(Numbers{1, 2, 3}, 2); }, "ClassRows", "cells");
  expect_refused([] { ClassRows(Numbers{}, 0); }, "ClassRows", "classes");
  for (const double temperature : {-1.0, -kInfinity, kNaN}) {
    expect_refused([&] { softmax(rows, temperature); }, "softmax", "temperature");
    expect_refused([&] { log_softmax(rows, temperature); }, "log_softmax", "temperature");
    expect_refused([&] { sigmoid(1, temperature); }, "sigmoid", "temperature");
    expect_refused([&] { log_sigmoid(1, temperature); }, "log_sigmoid", "temperature");
  }
  expect_refused([&] { cross_entropy(rows, Indices{0}); }, "cross_entropy", "targets");
  expect_refused([&] { cross_entropy(rows, Indices{0, 2}); }, "cross_entropy", "targets");
  expect_refused([&] { cross_entropy(rows, ClassRows(logits, 4)); }, "cross_entropy", "targets");
  expect_refused([&] { cross_entropy(rows, ClassRows(soft, 2)); }, "cross_entropy", "targets");
  expect_refused([&] { nll(rows, good); }, "nll", "log_probabilities");
  expect_refused([&] { kl_divergence(rows, rows); }, "kl_divergence", "p");
  expect_refused([&] { kl_divergence(ClassRows(soft, 2), ClassRows(soft, 4)); }, "kl_divergence", "q");
  expect_refused([&] { margin(rows, Indices{0, 2}); }, "margin", "targets");
  expect_refused([&] { margin(logits, Numbers{0, 1, 0, 0.5}); }, "margin", "y");
  expect_refused([&] { zero_one_loss(logits, Numbers{0}); }, "zero_one_loss", "targets");
  expect_refused([&] { binary_cross_entropy(bad_p, Numbers{0, 1}); }, "binary_cross_entropy", "probabilities");
  expect_refused([&] { binary_cross_entropy(Numbers{kNaN}, Numbers{0}); }, "binary_cross_entropy", "probabilities");
  expect_refused([&] { binary_cross_entropy_with_logits(bad_p, Numbers{0, -0.1}); }, "with_logits", "y");
  const auto with = [&](const Numbers& weights, double smoothing) {
    return [=, &rows, &good] { cross_entropy(rows, good, {Reduction::mean, weights, smoothing}); };
  };
  expect_refused(with(one_weight, 0), "cross_entropy", "class_weights");
  expect_refused(with({1, -1}, 0), "cross_entropy", "class_weights");
  expect_refused(with({1, kInfinity}, 0), "cross_entropy", "class_weights");
  expect_refused(with({0, 0}, 0), "cross_entropy", "weights");
  expect_refused(with({1, 1}, 1.5), "cross_entropy", "label_smoothing");
  expect_refused(with({1, 1}, kNaN), "cross_entropy", "label_smoothing");
  expect_refused([&] { cross_entropy(rows, good, kNone).value(); }, "LossValues::value", "values");
}

}  // namespace
}  // namespace plumbline::testing
