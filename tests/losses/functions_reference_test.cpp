// The functions of losses/functions.hpp against tests/reference/loss_functions.json: 50-digit values on grids that
// include the extremes.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plumbline/losses/functions.hpp"

namespace plumbline::testing {
namespace {

using nlohmann::json;

const json& reference() {
  static const json values = [] {
    std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/loss_functions.json");
    return json::parse(file);
  }();
  return values;
}

double number(const json& value) {
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  return value.get<double>();
}

std::vector<double> numbers(const json& values) {
  std::vector<double> result;
  for (const json& value : values) result.push_back(number(value));
  return result;
}

std::vector<double> flat(const json& rows) {
  std::vector<double> result;
  for (const json& row : rows) {
    for (const json& value : row) result.push_back(number(value));
  }
  return result;
}

/// Equal infinities, or within `relative`, or within a few of the smallest doubles, where a relative bound means
/// nothing.
void expect_close(double got, const json& expected, double relative, const json& at) {
  const double exact = number(expected);
  if (std::isinf(exact)) {
    EXPECT_EQ(got, exact) << at;
  } else {
    EXPECT_LE(std::fabs(got - exact), relative * std::fabs(exact) + 2e-323) << got << " for " << exact << " at " << at;
  }
}

void expect_close(const std::vector<double>& got, const json& expected, double relative, const json& at) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k) expect_close(got[k], expected[k], relative, at);
}

// exp, log1p, a sum of three and a division, each half an ulp to one: 4 ulp, 9e-16. σ(z) at z = −700 without a
// temperature is exp itself, so the same.
constexpr double kLink = 9e-16;

TEST(Functions, SoftplusAndSigmoidMatchFiftyDigits) {
  for (const json& at : reference().at("softplus")) {
    expect_close(softplus(at.at("z").get<double>()), at.at("value"), kLink, at);
  }
  for (const json& at : reference().at("sigmoid")) {
    const double z = at.at("z"), temperature = at.at("temperature");
    expect_close(sigmoid(z, temperature), at.at("sigmoid"), kLink, at);
    expect_close(log_sigmoid(z, temperature), at.at("log_sigmoid"), kLink, at);
    if (temperature == 1) {
      expect_close(sigmoid(z), at.at("sigmoid"), kLink, at);
      expect_close(log_sigmoid(z), at.at("log_sigmoid"), kLink, at);
    }
  }
}

TEST(Functions, SoftmaxMatchesFiftyDigitsAtEveryTemperature) {
  for (const json& at : reference().at("softmax")) {
    const std::vector<double> row = numbers(at.at("row"));
    const double temperature = at.at("temperature");
    expect_close(softmax(row, temperature), at.at("softmax"), kLink, at);
    expect_close(log_softmax(row, temperature), at.at("log_softmax"), kLink, at);
  }
}

TEST(Functions, LogsumexpMatchesFiftyDigits) {
  for (const json& at : reference().at("logsumexp")) {
    const std::vector<double> row = numbers(at.at("row"));
    // c + log Σ may cancel: a few ulp of the larger of the two, at most |c| + log 4.
    const double exact = number(at.at("value"));
    EXPECT_LE(std::fabs(logsumexp(row) - exact), 4e-16 * (std::fabs(exact) + 0.7)) << at;
  }
}

// Two costs, times share and weight, added: all >= 0, so a few ulp relative; 1 − y and smoothing add one each.
constexpr double kLoss = 2e-15;

TEST(Functions, BinaryCrossEntropiesMatchFiftyDigits) {
  for (const json& at : reference().at("binary_cross_entropy")) {
    const std::vector<double> p{at.at("x").get<double>()}, y{at.at("y").get<double>()};
    const std::vector<double> weights = numbers(at.at("weights"));
    const ClassLossOptions options{Reduction::none, weights, at.at("smoothing")};
    expect_close(binary_cross_entropy(p, y, options).value(), at.at("value"), kLoss, at);
  }
  for (const json& at : reference().at("binary_cross_entropy_with_logits")) {
    const std::vector<double> z{at.at("x").get<double>()}, y{at.at("y").get<double>()};
    const std::vector<double> weights = numbers(at.at("weights"));
    const ClassLossOptions options{Reduction::none, weights, at.at("smoothing")};
    expect_close(binary_cross_entropy_with_logits(z, y, options).value(), at.at("value"), kLoss, at);
  }
}

TEST(Functions, CrossEntropyMatchesFiftyDigitsInEveryReduction) {
  for (const json& at : reference().at("cross_entropy")) {
    const std::vector<double> cells = flat(at.at("logits")), soft = flat(at.at("soft"));
    const ClassRows logits(cells, 3);
    const auto indices = at.at("indices").get<std::vector<std::size_t>>();
    const std::vector<double> weights = numbers(at.at("weights"));
    ClassLossOptions options{Reduction::none, weights, at.at("smoothing")};
    expect_close(cross_entropy(logits, indices, options).values, at.at("hard").at("none"), kLoss, at);
    expect_close(cross_entropy(logits, ClassRows(soft, 3), options).values, at.at("softly").at("none"), kLoss, at);
    options.reduction = Reduction::sum;
    expect_close(cross_entropy(logits, indices, options).value(), at.at("hard").at("sum"), kLoss, at);
    expect_close(cross_entropy(logits, ClassRows(soft, 3), options).value(), at.at("softly").at("sum"), kLoss, at);
    options.reduction = Reduction::mean;
    expect_close(cross_entropy(logits, indices, options).value(), at.at("hard").at("mean"), kLoss, at);
    expect_close(cross_entropy(logits, ClassRows(soft, 3), options).value(), at.at("softly").at("mean"), kLoss, at);
  }
}

// What is left of two distributions that differ by 1e-9 is 1e-18 of second order and the difference of their sums, some
// 1e-17 and of either sign: the sum of both is right to an ulp of the larger, 1e-30 absolute.
TEST(Functions, KlDivergenceMatchesFiftyDigitsAlsoWherePAndQNearlyAgree) {
  for (const json& at : reference().at("kl_divergence")) {
    const std::vector<double> p = numbers(at.at("p")), q = numbers(at.at("q"));
    const double got = kl_divergence(ClassRows(p, p.size()), ClassRows(q, q.size())).value();
    const double exact = number(at.at("value"));
    if (std::isinf(exact)) {
      EXPECT_EQ(got, exact) << at;
    } else {
      EXPECT_LE(std::fabs(got - exact), 3e-15 * std::fabs(exact) + 1e-30) << got << " for " << exact << " at " << at;
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
