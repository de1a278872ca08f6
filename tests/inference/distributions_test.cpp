// Tails and quantiles against values from mpmath in 60 digits (regularised incomplete gamma and beta functions).
#include "plumbline/inference/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "plumbline/core/constants.hpp"

namespace plumbline::testing {
namespace {

/// Boost states some 1e-14 where the result is not tiny; in the far tail the argument's own rounding, times its square,
/// is what is left: 1e-12 at 1e-300.
void expect_close(double got, double expected, double relative = 1e-12) {
  EXPECT_NEAR(got / expected, 1, relative) << got << " against " << expected;
}

TEST(Distributions, NormalTails) {
  expect_close(two_sided_normal(0.5), 0.61707507745197379272);
  expect_close(two_sided_normal(-1.96), 0.049995790296440868273);
  expect_close(two_sided_normal(10), 1.5239706048321052132e-23);
  expect_close(two_sided_normal(37), 1.1451142445049153645e-299);
  EXPECT_EQ(two_sided_normal(kInfinity), 0);
  EXPECT_TRUE(std::isnan(two_sided_normal(NAN)));
}

TEST(Distributions, TailsOfT) {
  expect_close(two_sided_t(0.3, 1), 0.81445284184451531288);
  expect_close(two_sided_t(-2.5, 7), 0.040992218585752896889);
  expect_close(two_sided_t(5, 2.5), 0.023451189970861847065);
  expect_close(two_sided_t(40, 431), 3.5837519995163092923e-147);
  expect_close(two_sided_t(300, 120), 2.1053923426115737961e-174);
  expect_close(two_sided_t(1e30, 10), 2.4609375e-296);
  expect_close(two_sided_t(37, 1e6), 1.8299730861802263061e-299, 1e-9);
  EXPECT_EQ(two_sided_t(3, kInfinity), two_sided_normal(3));
  EXPECT_EQ(two_sided_t(kInfinity, 5), 0);
  EXPECT_TRUE(std::isnan(two_sided_t(1, 0)));
  EXPECT_TRUE(std::isnan(two_sided_t(NAN, 5)));
}

TEST(Distributions, TailsOfChiSquaredAndF) {
  expect_close(upper_chi_squared(0.1, 3), 0.99183742373187647845);
  expect_close(upper_chi_squared(1000, 10), 1.8702907209159496958e-208);
  expect_close(upper_chi_squared(1380, 2), 2.1717382813898270085e-300);
  expect_close(upper_chi_squared(1400, 50), 3.1523799988189982455e-260);
  expect_close(upper_f(0.7, 3, 12), 0.56990196364522390324);
  expect_close(upper_f(46.27243958524319, 10, 431), 3.8286490381856221074e-62);
  expect_close(upper_f(1e6, 5, 120), 2.3390938325020585894e-275);
  expect_close(upper_f(2, 1, 1e6), 0.15729951838083468745, 1e-11);
  EXPECT_EQ(upper_chi_squared(-1, 3), 1);
  EXPECT_EQ(upper_f(kInfinity, 2, 3), 0);
  EXPECT_TRUE(std::isnan(upper_chi_squared(2, 0)));
  EXPECT_TRUE(std::isnan(upper_f(2, 0, 5)));
}

TEST(Distributions, Quantiles) {
  expect_close(central_t(0.9, 431), 1.6483967118221990609);
  expect_close(central_t(0.95, kInfinity), 1.9599639845400542355);
  expect_close(chi_squared_quantile(0.95, 1), 3.8414588206941259584);
  EXPECT_TRUE(std::isnan(central_t(0.9, 0)));
  EXPECT_THROW((void)central_t(1, 5), std::invalid_argument);
  EXPECT_THROW((void)chi_squared_quantile(0, 5), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
