#include "plumbline/parallel/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace plumbline {
namespace {

TEST(ThreadLimit, HoldsWhileItLivesAndMayExceedTheCores) {
  const std::size_t before = thread_count();
  EXPECT_GE(before, 1U);
  {
    const ThreadLimit one(1);
    EXPECT_EQ(thread_count(), 1U);
  }
  {
    const ThreadLimit eight(8);
    EXPECT_EQ(thread_count(), 8U);
  }
  {
    const ThreadLimit all(0);
    EXPECT_EQ(thread_count(), before);
  }
  EXPECT_EQ(thread_count(), before);
}

TEST(ParallelFor, CallsEveryIndexOnce) {
  for (const std::size_t threads : {1U, 2U, 3U, 8U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t count : {0U, 1U, 2U, 7U, 1000U}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, [&](std::size_t i) { ++calls[i]; });
      for (const auto& times : calls) ASSERT_EQ(times, 1);
    }
  }
}

TEST(ParallelFor, RethrowsWithItsType) {
  for (const std::size_t threads : {1U, 4U}) {
    const ThreadLimit limit(threads);
    const auto work = [](std::size_t i) {
      if (i == 57) throw std::domain_error("57");
    };
    EXPECT_THROW(parallel_for(100, work), std::domain_error);
  }
}

TEST(ParallelFor, Nests) {
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const ThreadLimit limit(threads);
    std::atomic<int> calls = 0;
    parallel_for(10, [&](std::size_t) { parallel_for(10, [&](std::size_t) { ++calls; }); });
    EXPECT_EQ(calls, 100);
  }
}

// A thread that waits for an inner loop must not take up another piece of the outer one, or what the outer piece keeps
// (a lock, a buffer of the thread) would be met by a second piece half-way.
TEST(ParallelFor, DoesNotMixOuterPiecesOnOneThread) {
  const ThreadLimit limit(4);
  static thread_local bool inside = false;
  std::atomic<int> mixed = 0;
  parallel_for(64, [&](std::size_t) {
    if (inside) ++mixed;
    inside = true;
    std::atomic<int> sum = 0;
    parallel_for(64, [&](std::size_t) { ++sum; });
    inside = false;
  });
  EXPECT_EQ(mixed, 0);
}

}  // namespace
}  // namespace plumbline
