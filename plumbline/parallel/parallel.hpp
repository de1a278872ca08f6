#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace plumbline {

// The only user of the thread library (oneTBB). Results never depend on the number of threads: work is cut by
// item number, and partial results meet in a fixed binary tree.

/// Limits all that follows in this process to `threads` threads (0: as many as there are cores) while alive.
class ThreadLimit final {
 public:
  explicit ThreadLimit(std::size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// How many threads work at once now.
std::size_t thread_count();

/// Calls work(i) for every i in [0, count), in any order, from any thread. The first exception is rethrown here.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work);

/// What one leaf of a reduction leaves behind.
class Partial {
 public:
  Partial() = default;
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  virtual ~Partial() = default;
  /// Takes over `right`, which covers the leaves just after this one's; leaves it fit to be `reset`.
  virtual void merge(Partial& right) = 0;
  /// Back to the empty sum, for reuse by another leaf.
  virtual void reset() = 0;
};

/// A leaf's work, handed out in leaf order: it holds what `process` needs of the input (row views).
class LeafTask {
 public:
  LeafTask() = default;
  LeafTask(const LeafTask&) = delete;
  LeafTask& operator=(const LeafTask&) = delete;
  virtual ~LeafTask() = default;
  virtual void run(Partial& partial) = 0;
};

/// Ordered reduction: `next_task` is called serially and gives leaf 0, 1, 2, … (null: no more); each task runs on some
/// thread into a Partial from `make_partial` (recycled by reset(), so that at most about 2 · threads + log2(leaves) are
/// alive); then partials meet in the binary tree over leaf numbers in which node (level, i) merges (level − 1, 2i) with
/// (level − 1, 2i + 1), whatever finished first, and what is left over at the end is merged from the right. Returns the
/// root; for no leaf at all, a fresh partial. Exceptions from any callback stop the work and are rethrown.
std::unique_ptr<Partial> ordered_reduce(const std::function<std::unique_ptr<LeafTask>()>& next_task,
                                        const std::function<std::unique_ptr<Partial>()>& make_partial);

}  // namespace plumbline
