#include <gtest/gtest.h>

#include "pipeline/real_data.hpp"
#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

/// The issue's command, figure and verdict.
TEST(Mnist, IsFittedToACertifiedOptimum) {
  PLUMBLINE_NEEDS_DATA("mnist/train-images-idx3-ubyte.gz");
  const Json fitted = json_of({"fit", shared_data("mnist/train-images-idx3-ubyte.gz"), "--test-data",
                               shared_data("mnist/t10k-images-idx3-ubyte.gz"), "--l2", "1e-4", "--calibration", "0"});
  EXPECT_EQ(fitted["fit"]["verdict"], "optimal");
  EXPECT_EQ(fitted["data"]["split"], Json::parse(R"({"train":60000,"calibration":0,"test":10000})"));
  EXPECT_GE(fitted["metrics"]["test"]["accuracy"], 0.924);
}

}  // namespace
}  // namespace plumbline
