// Coverage over 1,000 random splits of three real tables (two classes, ten classes, numbers) and of synthetic ones.
#include "conformal/coverage.hpp"

#include <gtest/gtest.h>

#include "conformal/coverage_pools.hpp"
#include "conformal/jackknife_coverage.hpp"

namespace plumbline::testing {
namespace {

constexpr SplitSizes kSizes{1000, 400, 400};

TEST(LongCoverage, OfTwoClasses) { expect_class_coverage(random_pool(4000, 2, 41), false, kSizes); }

TEST(LongCoverage, OfTenClasses) { expect_class_coverage(random_pool(4000, 10, 42), false, kSizes); }

TEST(LongCoverage, OfNumbers) { expect_interval_coverage(random_numbers(4000, 43), kSizes); }

TEST(LongCoverage, SurvivesEveryCalibrator) { expect_calibrated_coverage(random_pool(4000, 4, 44), kSizes); }

TEST(LongCoverage, OfCensusRecords) {
  PLUMBLINE_NEEDS_DATA("libsvm/a9a.t.gz");
  const ClassPool pool = census_pool();
  expect_class_coverage(pool, true, kSizes);
  expect_calibrated_coverage(pool, kSizes);
}

TEST(LongCoverage, OfPhotographs) {
  PLUMBLINE_NEEDS_DATA("calibration/lenet5_cifar10/probs.npy");
  for (const char* network : {"lenet5_cifar10", "vgg16_cifar10"}) {
    const ClassPool pool = cifar10_pool(network);
    expect_class_coverage(pool, true, kSizes);
    expect_calibrated_coverage(pool, kSizes);
  }
}

TEST(LongCoverage, OfConcrete) {
  PLUMBLINE_NEEDS_DATA("concrete/concrete.csv");
  expect_interval_coverage(concrete_pool(), {1000, 250, 250});
  expect_jackknife_coverage(concrete_problem(), {1000, 100, 100});
}

}  // namespace
}  // namespace plumbline::testing
