// Networks on handwritten digits: test accuracy for five seeds, as docs/networks.md says it, and coverage over seeds.
#include <gtest/gtest.h>

#include "pipeline/real_data.hpp"
#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

constexpr int kSeeds = 5;

Json fit_digits(int seed, const Arguments& more) {
  Arguments arguments{"fit",         shared_data("mnist/train-images-idx3-ubyte.gz"),
                      "--test-data", shared_data("mnist/t10k-images-idx3-ubyte.gz"),
                      "--seed",      std::to_string(seed)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return json_of(arguments);
}

void expect_accuracy(double least, const Arguments& flags) {
  PLUMBLINE_NEEDS_DATA("mnist/train-images-idx3-ubyte.gz");
  for (int seed = 0; seed < kSeeds; ++seed) {
    EXPECT_GE(fit_digits(seed, flags)["metrics"]["test"]["accuracy"].get<double>(), least) << "seed " << seed;
  }
}

TEST(LongNetworks, OneHiddenLayerOnAllDigits) {
  expect_accuracy(0.980, {"--calibration", "0", "--hidden", "128", "--step-size", "0.008", "--l2", "0.1"});
}

TEST(LongNetworks, TwoHiddenLayersOnAllDigits) {
  expect_accuracy(0.984, {"--calibration", "0", "--hidden", "512,256", "--step-size", "0.004", "--l2", "0.1"});
}

TEST(LongNetworks, OneHiddenLayerByDefaults) { expect_accuracy(0.976, {"--hidden", "128"}); }

/// Each seed is another split, so that the mean over seeds is what the guarantee is of.
TEST(LongNetworks, SetsCover) {
  PLUMBLINE_NEEDS_DATA("mnist/train-images-idx3-ubyte.gz");
  for (const char* method : {"lac", "aps"}) {
    double covered = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
      const Json json = fit_digits(seed, {"--hidden", "16", "--epochs", "3", "--conformal", method, "--miscoverage",
                                          "0.05", "--randomized", "--allow-empty"});
      covered += json["conformal"]["coverage"].get<double>() / kSeeds;
    }
    // sd of one split: 6,000 rows set the threshold, 10,000 test it: √(.05·.95·(1/6000 + 1/10000)) = 0.0036.
    EXPECT_NEAR(covered, 0.95, 4 * 0.0036 / 2) << method;
  }
}

}  // namespace
}  // namespace plumbline
