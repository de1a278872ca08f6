// A warm training step, rows loaded and gradient added, asks operator new for nothing.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "network_cases.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace {
std::atomic<std::size_t> allocations = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): operator new's
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace plumbline {
namespace {

TEST(Memory, AWarmTrainingStepAllocatesNothing) {
  const ThreadLimit limit(1);  // the thread library has pools of its own
  testing::Problem problem = testing::random_problem({64, 20, testing::LossKind::softmax, testing::Storage::byte}, 3);
  MemorySource source = problem.source();
  const Coordinates at = testing::plain_coordinates(20);
  const RowBatches rows(source, at);
  const Architecture network{20, {30, 10}, 3, Activation::prelu};
  NetworkGradient<float> gradient(network, problem.loss, 1);
  const std::vector<float> parameters = initial_parameters<float>(network, 1);
  std::vector<float> into(parameters.size());
  Batch<float> batch;
  const auto step = [&] {
    rows.load<float>(rows.rows(), batch);
    return gradient.add(batch, parameters.data(), 1.0 / 64, into.data());
  };
  const double cold = step();
  const std::size_t before = allocations, growths = gradient.counters().growths;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(step(), cold);
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_EQ(gradient.counters().growths, growths);
  const std::vector<int> something(10);
  EXPECT_EQ(allocations - before, 1U);
}

}  // namespace
}  // namespace plumbline
