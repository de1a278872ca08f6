#include "plumbline/kernels/elementwise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

/// |z| from the smallest denormal to the largest double, dense where the functions bend, both signs.
std::vector<double> grid() {
  std::vector<double> z = {0.0,
                           kSmallest,
                           2.2250738585072014e-308,
                           1e-300,
                           kLargest,
                           1e308,
                           745.1332191019412,
                           745.2,
                           746,
                           746.5,
                           708.39,
                           708.4,
                           709.78,
                           709.79,
                           1000,
                           1e5};
  for (int i = 0; i < 40000; ++i) z.push_back(i * 0.02);
  for (std::size_t i = 0; i < 20000; ++i) z.push_back(std::exp(60 * (random_unit(1, 0, i) - 0.9)));
  for (std::size_t i = 0; i < 20000; ++i) z.push_back(3 * random_unit(1, 1, i));
  const std::size_t positive = z.size();
  for (std::size_t i = 0; i < positive; ++i) z.push_back(-z[i]);
  return z;
}

/// How far off, in units in the last place of the exact value.
double ulps(double got, long double exact) {
  const auto rounded = static_cast<double>(exact);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact)) / ulp(rounded);
}

TEST(SoftplusAndSigmoid, AreWithinFourUlpEverywhere) {
  const std::vector<double> z = grid();
  std::vector<double> softplus(z.size());
  std::vector<double> probability(z.size());
  std::vector<double> complement(z.size());
  for_every_target([&] {
    softplus_and_sigmoid(z.data(), z.size(), softplus.data(), probability.data(), complement.data());
    double worst[3] = {};
    for (std::size_t i = 0; i < z.size(); ++i) {
      const long double x = z[i];
      const long double e = std::exp(-std::fabs(x));
      const long double small = e / (1 + e);
      const long double large = 1 / (1 + e);
      worst[0] = std::max(worst[0], ulps(softplus[i], (x > 0 ? x : 0.0L) + std::log1p(e)));
      worst[1] = std::max(worst[1], ulps(probability[i], x > 0 ? large : small));
      worst[2] = std::max(worst[2], ulps(complement[i], x > 0 ? small : large));
      ASSERT_FALSE(std::isnan(softplus[i]) || std::isnan(probability[i]) || std::isnan(complement[i])) << z[i];
    }
    for (const double most : worst) EXPECT_LE(most, 4.0);  // the promise of the header
  });
}

TEST(SoftplusAndSigmoid, SkipsNullOutputsAndAnyCount) {
  for_every_target([] {
    for (std::size_t count = 0; count < 20; ++count) {
      std::vector<double> z(count);
      for (std::size_t i = 0; i < count; ++i) z[i] = random_unit(2, 0, i) * 8 - 4;
      std::vector<double> all[3];
      std::vector<double> one[3];
      for (int k = 0; k < 3; ++k) all[k].assign(count + 1, 99.0), one[k].assign(count + 1, 99.0);
      softplus_and_sigmoid(z.data(), count, all[0].data(), all[1].data(), all[2].data());
      softplus_and_sigmoid(z.data(), count, one[0].data(), nullptr, nullptr);
      softplus_and_sigmoid(z.data(), count, nullptr, one[1].data(), nullptr);
      softplus_and_sigmoid(z.data(), count, nullptr, nullptr, one[2].data());
      for (int k = 0; k < 3; ++k) {
        EXPECT_EQ(all[k], one[k]);
        EXPECT_EQ(all[k][count], 99.0);  // not a step too far
      }
    }
  });
}

struct Softmax {
  Softmax(const std::vector<double>& z, std::size_t outputs) : log_normalizer(z.size() / outputs), probability(z) {
    softmax_rows(probability.data(), log_normalizer.size(), outputs, log_normalizer.data(), probability.data());
  }
  std::vector<double> log_normalizer;
  std::vector<double> probability;
};

void expect_softmax(const std::vector<double>& z, std::size_t outputs) {
  const Softmax got(z, outputs);
  // The sum of K terms rounds K − 1 times, exp, log and the share a few times more.
  const double relative = (static_cast<double>(outputs) / 2 + 6) * kEpsilon;
  for (std::size_t i = 0; i < got.log_normalizer.size(); ++i) {
    const double* row = z.data() + i * outputs;
    const long double most = *std::max_element(row, row + outputs);
    long double sum = 0;
    for (std::size_t k = 0; k < outputs; ++k) sum += std::exp(row[k] - most);
    const auto expected = static_cast<double>(most + std::log(sum));
    ASSERT_NEAR(got.log_normalizer[i], expected, relative + ulp(expected) + ulp(static_cast<double>(most)));
    for (std::size_t k = 0; k < outputs; ++k) {
      const long double below = most - row[k];
      const auto share = static_cast<double>(std::exp(-below) / sum);
      // Rounding z − max by half an ulp changes its exponential by as many times epsilon as it is long.
      const double shift = static_cast<double>(std::min(below, 800.0L)) * kEpsilon;
      ASSERT_NEAR(got.probability[i * outputs + k], share, (relative + shift) * share + kSmallest) << i << ' ' << k;
    }
  }
}

TEST(SoftmaxRows, AgreesWithLongDouble) {
  for_every_target([] {
    for (const std::size_t outputs : {1U, 2U, 3U, 4U, 5U, 8U, 10U, 17U, 20U, 100U, 1000U}) {
      for (const double spread : {1e-8, 1.0, 30.0, 1000.0}) {
        std::vector<double> z(outputs * 21);
        for (std::size_t i = 0; i < z.size(); ++i) z[i] = spread * (random_unit(3, outputs, i) - 0.3);
        expect_softmax(z, outputs);
      }
    }
  });
}

TEST(SoftmaxRows, SurvivesExtremes) {
  for_every_target([] {
    expect_softmax({1e308, -1e308, 0}, 3);
    expect_softmax({kLargest, kLargest, -kLargest, -kLargest, -kLargest, -kLargest}, 3);
    expect_softmax({-kLargest, -kLargest, kSmallest, -kSmallest, 0.0, -0.0}, 2);
    expect_softmax({0, -745, -746, -708.5, -740, 1000}, 6);
    expect_softmax({kLargest}, 1);
    const Softmax far({1e308, -1e308, 0}, 3);
    EXPECT_EQ(far.probability, (std::vector<double>{1, 0, 0}));
    EXPECT_EQ(far.log_normalizer[0], 1e308);
  });
}

TEST(SoftmaxRows, GivesTheSameBitsAnywhereAndTakesNull) {
  for_every_target([] {
    for (const std::size_t outputs : {1U, 3U, 10U}) {
      std::vector<double> z(outputs * 19);
      for (std::size_t i = 0; i < z.size(); ++i) z[i] = 20 * random_unit(4, outputs, i);
      const Softmax all(z, outputs);
      for (std::size_t i = 0; i < 19; ++i) {
        const Softmax alone({z.data() + i * outputs, z.data() + (i + 1) * outputs}, outputs);
        ASSERT_EQ(alone.log_normalizer[0], all.log_normalizer[i]);
        ASSERT_TRUE(std::equal(alone.probability.begin(), alone.probability.end(), &all.probability[i * outputs]));
      }
      std::vector<double> normalizers(19);
      std::vector<double> probability(z.size());
      softmax_rows(z.data(), 19, outputs, normalizers.data(), nullptr);
      softmax_rows(z.data(), 19, outputs, nullptr, probability.data());
      EXPECT_EQ(normalizers, all.log_normalizer);
      EXPECT_EQ(probability, all.probability);
    }
    softmax_rows(nullptr, 0, 3, nullptr, nullptr);
  });
}

}  // namespace
}  // namespace plumbline
