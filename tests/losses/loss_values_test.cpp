// Every loss against values of 50 digits, made by tests/reference/loss_values.py.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plumbline/losses/loss.hpp"

namespace plumbline::testing {
namespace {

using nlohmann::json;

/// The loss of a case; as many outputs as its rows have predictors.
Loss loss_of(const std::string& name, const std::vector<double>& constants, std::size_t outputs) {
  const double constant = constants.empty() ? 0 : constants[0];
  if (name == "squared") return SquaredLoss{};
  if (name == "absolute") return AbsoluteLoss{};
  if (name == "quantile") return QuantileLoss{constant};
  if (name == "huber") return HuberLoss{constant};
  if (name == "gaussian") return GaussianLoss{constant};
  if (name == "heteroscedastic") return HeteroscedasticLoss{};
  if (name == "logistic") return LogisticLoss{1, constant};
  if (name == "softmax") return SoftmaxLoss{outputs, constant};
  if (name == "probit") return ProbitLoss{};
  if (name == "cloglog") return CloglogLoss{};
  if (name == "hinge") return HingeLoss{};
  if (name == "squared_hinge") return SquaredHingeLoss{};
  if (name == "focal") return FocalLoss{constant, outputs};
  if (name == "brier") return BrierLoss{outputs};
  if (name == "squared_on_sigmoid") return SquaredOnSigmoidLoss{};
  return OneHotSquaredLoss{outputs};
}

/// log σ + ½ log 2π and ½v may cancel with the rest: the value is right beside the largest of its terms.
double size_of_terms(const Loss& loss, const std::vector<double>& eta) {
  if (const auto* gaussian = std::get_if<GaussianLoss>(&loss)) return 1 + std::fabs(std::log(gaussian->sigma));
  return std::holds_alternative<HeteroscedasticLoss>(loss) ? 1 + 0.5 * std::fabs(eta[1]) : 0;
}

/// Brier's curvatures between classes change sign where probabilities are equal: right beside p_a ([a = b] − p_b).
double size_of_spread(const Loss& loss, const std::vector<double>& eta, std::size_t a, std::size_t b) {
  if (!std::holds_alternative<BrierLoss>(loss) || eta.size() == 1) return 0;
  long double sum = 0, others = 0, top = *std::max_element(eta.begin(), eta.end());
  for (std::size_t k = 0; k < eta.size(); ++k) {
    const long double power = std::exp(eta[k] - top);
    sum += power;
    others += k == a ? 0 : power;
  }
  const long double rest = a == b ? others : std::exp(eta[b] - top);
  return static_cast<double>(std::exp(eta[a] - top) * rest / (sum * sum));
}

/// A dozen operations of half an ulp or a few each: 1e-14. Below the normal doubles digits are lost as they must be,
/// there and in what they are factors of (800 of them: 1e-305).
void expect_digits(double got, const json& text, double size, const std::string& where) {
  const long double exact = std::strtold(text.get<std::string>().c_str(), nullptr);
  if (std::isinf(exact)) {
    EXPECT_EQ(static_cast<long double>(got), exact) << where;
    return;
  }
  EXPECT_LE(std::fabs(got - exact), 1e-14L * (std::fabs(exact) + size) + 1e-305L)
      << where << ": " << got << " for " << static_cast<double>(exact);
}

void expect_row(const Loss& loss, const json& row, const std::string& name) {
  const auto eta = row["eta"].get<std::vector<double>>();
  const auto y = row["y"].get<double>();
  const std::string where = name + " " + row["y"].dump() + " " + row["eta"].dump();
  double value = 99;
  std::vector<double> gradient(eta.size(), 99), curvature(curvature_blocks_of(loss).size(), 99);
  evaluate(loss, &y, eta.data(), 1, {&value, gradient.data(), curvature.data()});
  expect_digits(value, row["value"], size_of_terms(loss, eta), where + " value");
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    expect_digits(gradient[k], row["gradient"][k], 0, where + " gradient " + std::to_string(k));
  }
  const OutputPairs pairs = curvature_blocks_of(loss);
  std::size_t full = 0;  // the file holds all pairs a <= b
  for (std::size_t a = 0, q = 0; a < eta.size(); ++a) {
    for (std::size_t b = a; b < eta.size(); ++b, ++full) {
      if (q == pairs.size() || pairs[q] != std::pair{a, b}) {
        EXPECT_EQ(row["curvature"][full].get<std::string>(), "0") << where;
        continue;
      }
      expect_digits(curvature[q++], row["curvature"][full], size_of_spread(loss, eta, a, b),
                    where + " curvature " + std::to_string(full));
    }
  }
}

TEST(LossValues, AreRightToTheLastDigitsFrom1e8To1e308) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/loss_values.json");
  ASSERT_TRUE(file.good());
  const json document = json::parse(file);
  std::size_t rows = 0;
  for (const json& each : document["cases"]) {
    const auto name = each["loss"].get<std::string>();
    for (const json& row : each["rows"]) {
      expect_row(loss_of(name, each["constants"].get<std::vector<double>>(), row["eta"].size()), row,
                 name + each["constants"].dump());
      ++rows;
    }
  }
  EXPECT_GT(rows, 700U);
}

}  // namespace
}  // namespace plumbline::testing
