// What must hold between the functions of losses/functions.hpp, on drawn logits, targets and weights.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "plumbline/losses/functions.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

constexpr double kUlp = std::numeric_limits<double>::epsilon();

/// Some rows of three classes with everything that a loss takes.
struct Case {
  static constexpr std::size_t kClasses = 3;
  std::vector<double> logits, one_hot, weights;
  std::vector<std::size_t> indices;
  double smoothing = 0;

  ClassRows rows() const { return {logits, kClasses}; }
  ClassLossOptions options(Reduction reduction) const { return {reduction, weights, smoothing}; }
};

Case draw_case() {
  Case drawn;
  Draws draws(*rc::gen::inRange<std::uint64_t>(1, 1000000));
  const std::size_t rows = 1 + draws.below(6);
  const double wide = std::pow(10, 3 * draws.unit() - 1);
  for (std::size_t i = 0; i < rows; ++i) {
    drawn.indices.push_back(draws.below(Case::kClasses));
    for (std::size_t k = 0; k < Case::kClasses; ++k) {
      drawn.logits.push_back(wide * draws.normal());
      drawn.one_hot.push_back(k == drawn.indices[i] ? 1 : 0);
    }
  }
  for (std::size_t k = 0; k < Case::kClasses; ++k) drawn.weights.push_back(0.1 + draws.unit());
  drawn.smoothing = draws.below(2) == 0 ? 0 : draws.unit();
  return drawn;
}

bool close(double a, double b, double relative, double absolute = 0) {
  return a == b || std::fabs(a - b) <= relative * std::fabs(b) + absolute;
}

RC_GTEST_PROP(Functions, SoftmaxSumsToOneAndIsTheExpOfLogSoftmax, ()) {
  const Case drawn = draw_case();
  const double temperature = std::pow(10, *rc::gen::inRange(-3, 4));
  const std::vector<double> p = softmax(drawn.rows(), temperature), log_p = log_softmax(drawn.rows(), temperature);
  for (std::size_t i = 0; i < p.size(); i += 3) {
    RC_ASSERT(std::fabs(p[i] + p[i + 1] + p[i + 2] - 1) <= 3 * kUlp);
    // exp turns the ulp of its exponent into |exponent| ulp of the result.
    for (std::size_t k = i; k < i + 3; ++k) {
      RC_ASSERT(close(p[k], std::exp(log_p[k]), 4 * kUlp * (1 + std::fabs(log_p[k])), 1e-300));
      RC_ASSERT(log_p[k] <= 0);
    }
  }
}

// A shift by a power of two that every logit is a multiple of is exact, so the result is the same to the last bit.
RC_GTEST_PROP(Functions, ShiftedLogitsChangeNothing, ()) {
  std::vector<double> logits, shifted;
  const double shift = *rc::gen::inRange(-1000000, 1000000);
  for (int k = 0; k < 4; ++k) {
    logits.push_back(*rc::gen::inRange(-50000, 50000) / 1024.0);
    shifted.push_back(logits.back() + shift);
  }
  RC_ASSERT(softmax(shifted) == softmax(logits));
  RC_ASSERT(log_softmax(shifted) == log_softmax(logits));
  RC_ASSERT(close(logsumexp(shifted), logsumexp(logits) + shift, 4 * kUlp, 4 * kUlp * (50 + std::fabs(shift))));
  const std::vector<std::size_t> target{2};
  RC_ASSERT(cross_entropy({shifted, 4}, target).value() == cross_entropy({logits, 4}, target).value());
}

RC_GTEST_PROP(Functions, LogitsLogProbabilitiesAndProbabilitiesAgree, ()) {
  const Case drawn = draw_case();
  const ClassLossOptions options = drawn.options(Reduction::none);
  const std::vector<double> direct = cross_entropy(drawn.rows(), drawn.indices, options).values;
  const std::vector<double> log_p = log_softmax(drawn.rows());
  RC_ASSERT(nll({log_p, 3}, drawn.indices, options).values == direct);
  const std::vector<double> p = softmax(drawn.rows());
  const ClassLossOptions plain{Reduction::none, {}, 0};
  const std::vector<double> divergence = kl_divergence({drawn.one_hot, 3}, {p, 3}, Reduction::none).values;
  const std::vector<double> unweighted = cross_entropy(drawn.rows(), drawn.indices, plain).values;
  // −log p from a p near 1 has lost what p had not: an ulp of 1, and p below 1e-308 its digits.
  for (std::size_t i = 0; i < divergence.size(); ++i) {
    if (unweighted[i] < 700) RC_ASSERT(close(divergence[i], unweighted[i], 8 * kUlp, 4 * kUlp));
  }
}

RC_GTEST_PROP(Functions, TwoClassSoftmaxIsTheBinaryLossOfTheDifference, ()) {
  const double z = *rc::gen::inRange(-800000, 800000) / 1e3, y = *rc::gen::inRange(0, 1001) / 1e3;
  const double smoothing = *rc::gen::inRange(0, 11) / 10.0;
  const std::vector<double> logits{0, z}, shares{1 - y, y}, weights{0.5, 3};
  const ClassLossOptions options{Reduction::none, weights, smoothing};
  const double two = cross_entropy({logits, 2}, ClassRows(shares, 2), options).value();
  const double one = binary_cross_entropy_with_logits(std::vector{z}, std::vector{y}, options).value();
  RC_ASSERT(close(two, one, 8 * kUlp));
  RC_ASSERT(close(softmax(logits)[1], sigmoid(z), 8 * kUlp, 1e-322));
  // Through the probability, 1 − p loses an ulp of 1: fine for |z| up to 5.
  if (std::fabs(z) <= 5) {
    RC_ASSERT(close(binary_cross_entropy(std::vector{sigmoid(z)}, std::vector{y}, options).value(), one, 1e-13));
  }
}

RC_GTEST_PROP(Functions, OneHotIsTheIndexAndSmoothingIsASoftTarget, ()) {
  const Case drawn = draw_case();
  std::vector<double> smoothed;
  for (const double q : drawn.one_hot) smoothed.push_back((1 - drawn.smoothing) * q + drawn.smoothing / 3);
  for (const Reduction reduction : {Reduction::none, Reduction::mean, Reduction::sum}) {
    const ClassLossOptions options = drawn.options(reduction), plain{reduction, drawn.weights, 0};
    const std::vector<double> index = cross_entropy(drawn.rows(), drawn.indices, options).values;
    RC_ASSERT(cross_entropy(drawn.rows(), ClassRows(drawn.one_hot, 3), options).values == index);
    RC_ASSERT(cross_entropy(drawn.rows(), ClassRows(smoothed, 3), plain).values == index);
  }
}

// The definition, written as loops: Σ_k w_k q_ik (−log p_ik), their sum, and that over Σ w_k q_ik.
RC_GTEST_PROP(Functions, ReductionsAndWeightsAreTheLoopsOfTheirDefinition, ()) {
  const Case drawn = draw_case();
  const std::vector<double> log_p = log_softmax(drawn.rows());
  std::vector<double> losses;
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < drawn.indices.size(); ++i) {
    losses.push_back(0);
    for (std::size_t k = 0; k < 3; ++k) {
      const double q = (1 - drawn.smoothing) * drawn.one_hot[3 * i + k] + drawn.smoothing / 3;
      losses[i] -= drawn.weights[k] * q * log_p[3 * i + k];
      weight += drawn.weights[k] * q;
    }
    sum += losses[i];
  }
  const auto got = [&](Reduction reduction) {
    return cross_entropy(drawn.rows(), drawn.indices, drawn.options(reduction)).values;
  };
  for (std::size_t i = 0; i < losses.size(); ++i) RC_ASSERT(close(got(Reduction::none)[i], losses[i], 8 * kUlp));
  RC_ASSERT(close(got(Reduction::sum)[0], sum, 8 * kUlp));
  RC_ASSERT(close(got(Reduction::mean)[0], sum / weight, 16 * kUlp));
}

// The cross-entropy and the 0/1 loss are bounds of each other: log 2 times the 0/1 loss is at most the cross-entropy.
RC_GTEST_PROP(Functions, MarginCrossEntropyAndZeroOneLossAgreeOnWhoIsRight, ()) {
  const Case drawn = draw_case();
  const ClassLossOptions plain{Reduction::none, {}, 0};
  const std::vector<double> margins = margin(drawn.rows(), drawn.indices);
  const std::vector<double> wrong = zero_one_loss(drawn.rows(), drawn.indices, plain).values;
  const std::vector<double> surprise = cross_entropy(drawn.rows(), drawn.indices, plain).values;
  for (std::size_t i = 0; i < margins.size(); ++i) {
    RC_ASSERT(wrong[i] == (margins[i] > 0 ? 0 : 1));
    RC_ASSERT(std::log(2) * wrong[i] <= surprise[i] * (1 + kUlp));
  }
}

RC_GTEST_PROP(Functions, FiniteExtremesNeverGiveNaN, ()) {
  const std::vector<double> grid{0,     5e-324, -5e-324, 1e-300, 1,     -1,     37,      -745,
                                 710.0, -710.0, 1e300,   -1e300, 1e308, -1e308, 1.7e308, -1.7e308};
  std::vector<double> logits;
  for (int k = 0; k < 3; ++k) logits.push_back(*rc::gen::elementOf(grid));
  for (const double temperature : {0.0, 5e-324, 1e-300, 1.0, 1e308, kInfinity}) {
    double sum = 0;
    for (const double p : softmax(logits, temperature)) sum += p;
    RC_ASSERT(std::fabs(sum - 1) <= 3 * kUlp);
    for (const double log_p : log_softmax(logits, temperature)) RC_ASSERT(log_p <= 0);
    RC_ASSERT(!std::isnan(sigmoid(logits[0], temperature)) && !std::isnan(log_sigmoid(logits[0], temperature)));
  }
  RC_ASSERT(std::isfinite(logsumexp(logits)));
  const std::vector<double> soft{0.5, 1e-300, 0.5}, weights{1e308, 1e-308, 3};
  for (const Reduction reduction : {Reduction::none, Reduction::mean, Reduction::sum}) {
    const double loss = cross_entropy({logits, 3}, ClassRows(soft, 3), {reduction, weights, 0}).values[0];
    RC_ASSERT(loss >= 0);
  }
}

}  // namespace
}  // namespace plumbline::testing
