#include "plumbline/models/polynomial_predictor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace plumbline::testing {
namespace {

__extension__ using Quad = __float128;

TEST(PolynomialPredictor, CancellingTermsKeepAllDigits) {
  // (x − 3)^6 written out: at x near 3 terms of 1e4 cancel to 1e-12.
  const std::vector<double> coefficients{-1458, 1215, -540, 135, -18, 1}, low, center(6, 0.0);
  const std::vector<PolynomialTerms> polynomials{{0, 6}};
  const PolynomialPredictor predictor(polynomials, {1, coefficients, low, center});
  const std::array<double, 4> numbers{3.01, 2.99, 1, -2};
  for (const double x : numbers) {
    const std::array<double, 6> row{x, 0, 0, 0, 0, 0};  // powers are formed from the first column
    double eta = 729;
    predictor.add(DenseView{row.data(), 1, 6, 6, Scalar::f64, 1}, &eta);
    Quad wanted = 1;
    for (int k = 0; k < 6; ++k) wanted *= static_cast<Quad>(x) - 3;
    EXPECT_NEAR(eta, static_cast<double>(wanted), 1e-15 * static_cast<double>(wanted) + 1e-27) << x;
  }
}

TEST(PolynomialPredictor, CentresLowWordsAndOutputs) {
  // Two outputs, a column before the group, a byte of storage.
  const std::vector<double> coefficients{9, 9, 2, -1, 0.5, 3}, low{0, 0, 0x1p-60, 0, 0, 0}, center{5, 1, 4};
  const PolynomialPredictor predictor({{1, 2}}, {2, coefficients, low, center});
  const std::array<unsigned char, 6> cells{7, 3, 0, 7, 10, 0};
  std::array<double, 4> eta{0, 0, 1, 1};
  predictor.add(DenseView{cells.data(), 2, 3, 3, Scalar::byte, 1}, eta.data());
  EXPECT_DOUBLE_EQ(eta[0], 2.0 * (3 - 1) + 0.5 * (9 - 4));
  EXPECT_DOUBLE_EQ(eta[1], -1.0 * (3 - 1) + 3.0 * (9 - 4));
  EXPECT_DOUBLE_EQ(eta[2], 1 + 2.0 * (10 - 1) + 0.5 * (100 - 4));
  EXPECT_DOUBLE_EQ(eta[3], 1 - 1.0 * (10 - 1) + 3.0 * (100 - 4));
}

TEST(PolynomialPredictor, InterceptAtZeroIsRoundedLast) {
  // b − c·w with b = 1e8 + tiny: in double alone nothing of the difference would be left.
  const std::vector<double> coefficients{1}, low{0}, center{1e8};
  const std::vector<double> intercepts = intercept_at_zero({1, coefficients, low, center}, {1e8}, {1.25e-9});
  EXPECT_EQ(intercepts, (std::vector<double>{1.25e-9}));
  const std::vector<double> none;
  EXPECT_EQ(intercept_at_zero({1, coefficients, none, center}, {3}, none), (std::vector<double>{3 - 1e8}));
}

}  // namespace
}  // namespace plumbline::testing
