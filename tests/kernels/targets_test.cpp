#include <gtest/gtest.h>

#include <set>

#include "every_target.hpp"
#include "plumbline/core/buffer.hpp"
#include "plumbline/kernels/verbs.hpp"

namespace plumbline {
namespace {

// The other tests of this room are worth little if for_every_target does not reach different code: with the products
// of fused and separate rounding, and sums over 1 to 8 lanes, the bits of a dot product tell the targets apart.
TEST(Targets, AreReallyDifferentCode) {
  DenseTile tile(1, 64);
  tile.rows = 1;
  Buffer<double> w(64);
  for (std::size_t j = 0; j < 64; ++j) {
    tile.row(0)[j] = 1.0 / static_cast<double>(3 * j + 1);
    w[j] = 1.0 / static_cast<double>(7 * j + 3);
  }
  std::set<double> answers;
  std::size_t targets = 0;
  for_every_target([&] {
    double eta = 0;
    multiply(tile, w.data(), 1, &eta);
    answers.insert(eta);
    ++targets;
  });
  EXPECT_GE(targets, 1U);
  if (targets > 2) {
    EXPECT_GT(answers.size(), 1U);
  }
}

}  // namespace
}  // namespace plumbline
