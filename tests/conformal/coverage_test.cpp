// Coverage over random splits against its exact expectation; tests/long has the same with 1,000 splits.
#include "conformal/coverage.hpp"

#include <gtest/gtest.h>

#include "conformal/coverage_pools.hpp"
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

TEST(Coverage, OfCensusRecords) {
  PLUMBLINE_NEEDS_DATA("libsvm/a9a.t.gz");
  expect_class_coverage(census_pool(), true, {});
}

TEST(Coverage, OfPhotographs) {
  PLUMBLINE_NEEDS_DATA("calibration/lenet5_cifar10/probs.npy");
  const ClassPool pool = cifar10_pool("lenet5_cifar10");
  expect_class_coverage(pool, true, {});
  expect_calibrated_coverage(pool, {});
}

TEST(Coverage, OfConcrete) {
  PLUMBLINE_NEEDS_DATA("concrete/concrete.csv");
  expect_interval_coverage(concrete_pool(), {});
  expect_jackknife_coverage(concrete_problem(), {50, 100, 100});
}

}  // namespace
}  // namespace plumbline::testing
