// Coverage over random splits against its exact expectation; tests/long has the same with 1,000 splits.
#include "conformal/coverage.hpp"

#include <gtest/gtest.h>

#include "conformal/jackknife_coverage.hpp"

namespace plumbline::testing {
namespace {

TEST(Coverage, OfTwoClasses) { expect_class_coverage(random_pool(1500, 2, 31), false, {}); }

TEST(Coverage, OfTenClasses) { expect_class_coverage(random_pool(1500, 10, 32), false, {}); }

TEST(Coverage, OfRowsThatAreMostlyTies) {
  ClassPool pool = random_pool(1500, 3, 33);
  for (double& z : pool.logits) z = std::round(z / 2);
  expect_class_coverage(pool, true, {});
}

TEST(Coverage, OfNumbers) { expect_interval_coverage(random_numbers(1500, 34), {}); }

TEST(Coverage, SurvivesEveryCalibrator) {
  expect_calibrated_coverage(random_pool(1500, 2, 35), {});
  expect_calibrated_coverage(random_pool(1500, 4, 36), {});
}

TEST(Coverage, OfTheJackknife) { expect_jackknife_coverage(random_problem({600, 5}, 37), {50, 60, 60}); }

}  // namespace
}  // namespace plumbline::testing
