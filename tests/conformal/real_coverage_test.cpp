// Coverage over random splits of real tables, the model fitted once; tests/long has the same with 1,000 splits.
#include <gtest/gtest.h>

#include "conformal/coverage.hpp"
#include "conformal/coverage_pools.hpp"
#include "conformal/jackknife_coverage.hpp"

namespace plumbline::testing {
namespace {

TEST(RealCoverage, OfCensusRecords) {
  PLUMBLINE_NEEDS_DATA("libsvm/a9a.t.gz");
  expect_class_coverage(census_pool(), true, {});
}

TEST(RealCoverage, OfPhotographs) {
  PLUMBLINE_NEEDS_DATA("calibration/lenet5_cifar10/probs.npy");
  const ClassPool pool = cifar10_pool("lenet5_cifar10");
  expect_class_coverage(pool, true, {});
  expect_calibrated_coverage(pool, {});
}

TEST(RealCoverage, OfConcrete) {
  PLUMBLINE_NEEDS_DATA("concrete/concrete.csv");
  expect_interval_coverage(concrete_pool(), {});
  expect_jackknife_coverage(concrete_problem(), {50, 100, 100});
}

}  // namespace
}  // namespace plumbline::testing
