#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "plumbline/core/random.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

/// A partial that writes down the tree by which it came about, beside a sum that feels every change of order.
class Record final : public Partial {
 public:
  explicit Record(std::atomic<int>* alive = nullptr) : alive_(alive) {
    if (alive_ != nullptr) ++*alive_;
  }
  ~Record() override {
    if (alive_ != nullptr) --*alive_;
  }
  void merge(Partial& right) override {
    auto& other = dynamic_cast<Record&>(right);
    tree = "(" + tree + " " + other.tree + ")";
    sum += other.sum;
  }
  void reset() override {
    tree.clear();
    sum = 0;
  }
  std::string tree;
  double sum = 0;

 private:
  std::atomic<int>* alive_;
};

class Task final : public LeafTask {
 public:
  explicit Task(std::function<void(Record&)> work) : work_(std::move(work)) {}
  void run(Partial& partial) override { work_(dynamic_cast<Record&>(partial)); }

 private:
  std::function<void(Record&)> work_;
};

using LeafWork = std::function<void(std::size_t leaf, Record& record)>;

/// Runs `work` on `leaves` leaves; the callbacks that are promised to be serial check that they are.
std::unique_ptr<Partial> reduce(std::size_t leaves, const LeafWork& work, std::atomic<int>* alive = nullptr) {
  std::size_t next = 0;
  bool ended = false;
  std::atomic<int> producing = 0;
  return ordered_reduce(
      [&]() -> std::unique_ptr<LeafTask> {
        EXPECT_EQ(producing++, 0);
        EXPECT_FALSE(ended) << "asked again after the end";
        std::unique_ptr<LeafTask> task;
        ended = next == leaves;
        if (!ended) task = std::make_unique<Task>([leaf = next++, &work](Record& record) { work(leaf, record); });
        --producing;
        return task;
      },
      [alive] { return std::make_unique<Record>(alive); });
}

void name_leaf(std::size_t leaf, Record& record) {
  EXPECT_TRUE(record.tree.empty()) << "a recycled partial was not reset";
  record.tree = std::to_string(leaf);
}

/// The documented tree over [first, last), written from its definition: the left child of a node is the largest power
/// of two of leaves that leaves something for the right one.
std::string documented_tree(std::size_t first, std::size_t last) {
  if (last - first == 1) return std::to_string(first);
  std::size_t left = 1;
  while (2 * left < last - first) left *= 2;
  return "(" + documented_tree(first, first + left) + " " + documented_tree(first + left, last) + ")";
}

std::string tree_of(const std::unique_ptr<Partial>& root) { return dynamic_cast<const Record&>(*root).tree; }

void sleep_at_random(std::size_t leaf) {
  std::this_thread::sleep_for(std::chrono::microseconds(random_bits(1, 2, leaf) % 400));
}

TEST(OrderedReduce, MergesInTheDocumentedTree) {
  EXPECT_EQ(documented_tree(0, 7), "(((0 1) (2 3)) ((4 5) 6))");
  for (const std::size_t threads : {1U, 2U, 3U, 8U}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(tree_of(reduce(0, name_leaf)), "");
    for (std::size_t leaves = 1; leaves <= 33; ++leaves) {
      const auto root = reduce(leaves, [](std::size_t leaf, Record& record) {
        sleep_at_random(leaf);
        name_leaf(leaf, record);
      });
      ASSERT_EQ(tree_of(root), documented_tree(0, leaves)) << threads << " threads";
    }
  }
}

TEST(OrderedReduce, GivesTheSameBitsForAnyThreads) {
  const auto sum_of = [](std::size_t threads) {
    const ThreadLimit limit(threads);
    const auto root = reduce(700, [](std::size_t leaf, Record& record) {
      if (leaf % 7 == 0) sleep_at_random(leaf);
      // From 1e-20 to 1e20, both signs: any other order would round differently.
      record.sum = (random_unit(1, 0, leaf) - 0.5) * std::pow(10.0, 40 * random_unit(1, 1, leaf) - 20);
    });
    return dynamic_cast<const Record&>(*root).sum;
  };
  const double alone = sum_of(1);
  for (const std::size_t threads : {2U, 3U, 8U}) {
    for (int repeat = 0; repeat < 3; ++repeat) EXPECT_EQ(sum_of(threads), alone) << threads << " threads";
  }
}

TEST(OrderedReduce, KeepsFewPartialsAlive) {
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const ThreadLimit limit(threads);
    std::atomic<int> alive = 0;
    std::atomic<int> most = 0;
    const auto root = reduce(
        1024,
        [&](std::size_t leaf, Record&) {
          if (leaf % 50 == 0) sleep_at_random(leaf);
          int seen = alive;
          for (int known = most; known < seen && !most.compare_exchange_weak(known, seen);) seen = alive;
        },
        &alive);
    // From the oldest unfinished leaf on 2 · threads at most, and before it one a level of the tree (10). One thread
    // alone holds the leaf it works on and one a level.
    EXPECT_LE(most, threads == 1 ? 11 : static_cast<int>(2 * threads) + 10);
  }
}

TEST(OrderedReduce, FreesWhatItMade) {
  std::atomic<int> alive = 0;
  const ThreadLimit limit(3);
  { const auto root = reduce(100, name_leaf, &alive); }
  EXPECT_EQ(alive, 0);
  const auto fail = [](std::size_t leaf, Record&) {
    if (leaf == 60) throw std::domain_error("60");
  };
  EXPECT_THROW(reduce(100, fail, &alive), std::domain_error);
  EXPECT_EQ(alive, 0);
}

TEST(OrderedReduce, RethrowsFromEveryCallback) {
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t bad : {0U, 1U, 2U, 40U}) {
      std::size_t next = 0;
      const auto make = [] { return std::make_unique<Record>(); };
      const auto produce = [&]() -> std::unique_ptr<LeafTask> {
        if (next++ == bad) throw std::domain_error("producer");
        return std::make_unique<Task>([](Record&) {});
      };
      EXPECT_THROW(ordered_reduce(produce, make), std::domain_error);
      std::size_t made = 0;
      const auto refuse = [&]() -> std::unique_ptr<Partial> {
        if (made++ == 0) throw std::bad_alloc();
        return std::make_unique<Record>();
      };
      next = bad + 1;
      EXPECT_THROW(ordered_reduce(produce, refuse), std::bad_alloc);
    }
  }
}

TEST(OrderedReduce, StopsSoonAfterAnException) {
  const ThreadLimit limit(2);
  std::atomic<int> run = 0;
  const auto work = [&](std::size_t leaf, Record&) {
    ++run;
    if (leaf == 5) throw std::domain_error("5");
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  };
  EXPECT_THROW(reduce(100000, work), std::domain_error);
  EXPECT_LT(run, 50000);
}

TEST(OrderedReduce, NestsInItselfAndInLoops) {
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const ThreadLimit limit(threads);
    const auto root = reduce(20, [](std::size_t leaf, Record& record) {
      record.tree = tree_of(reduce(leaf % 5 + 1, name_leaf));
      parallel_for(3, [](std::size_t) { reduce(4, name_leaf); });
    });
    std::string inner = tree_of(root);
    EXPECT_EQ(std::count(inner.begin(), inner.end(), '('), 19 + 4 * (0 + 1 + 2 + 3 + 4));
  }
}

TEST(OrderedReduce, LetsTheProducerUseThreads) {
  const ThreadLimit limit(4);
  std::size_t next = 0;
  std::atomic<int> inner = 0;
  const auto root = ordered_reduce(
      [&]() -> std::unique_ptr<LeafTask> {
        parallel_for(8, [&](std::size_t) { ++inner; });
        if (next == 50) return nullptr;
        return std::make_unique<Task>([leaf = next++](Record& record) { name_leaf(leaf, record); });
      },
      [] { return std::make_unique<Record>(); });
  EXPECT_EQ(tree_of(root), documented_tree(0, 50));
  EXPECT_EQ(inner, 51 * 8);
}

}  // namespace
}  // namespace plumbline
