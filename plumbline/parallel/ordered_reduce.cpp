#include <tbb/parallel_pipeline.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "plumbline/parallel/arena.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

using PartialMaker = std::function<std::unique_ptr<Partial>()>;

/// The binary tree over leaf numbers: whoever brings the second child of a node merges it, and carries on upwards.
class MergeTree final {
 public:
  explicit MergeTree(const PartialMaker& make_partial) : make_partial_(make_partial) {}

  /// An empty partial, recycled if there is one. Called by one thread at a time.
  std::unique_ptr<Partial> take_empty() {
    {
      const std::lock_guard lock(mutex_);
      if (!empty_.empty()) {
        auto partial = std::move(empty_.back());
        empty_.pop_back();
        return partial;
      }
    }
    return make_partial_();
  }

  void add_leaf(std::size_t leaf, std::unique_ptr<Partial> partial) {
    Node node{0, leaf};
    while (auto sibling = swap_for_sibling(node, partial)) {
      const bool is_left = node.number % 2 == 0;
      partial =
          merge(is_left ? std::move(partial) : std::move(sibling), is_left ? std::move(sibling) : std::move(partial));
      node = {node.level + 1, node.number / 2};
    }
  }

  /// What all leaves add up to, once they are all in.
  std::unique_ptr<Partial> root() {
    std::map<std::size_t, std::unique_ptr<Partial>> by_first_leaf;
    for (auto& [node, partial] : waiting_) by_first_leaf[node.number << node.level] = std::move(partial);
    waiting_.clear();
    std::unique_ptr<Partial> right;
    for (auto left = by_first_leaf.rbegin(); left != by_first_leaf.rend(); ++left) {
      right = right ? merge(std::move(left->second), std::move(right)) : std::move(left->second);
    }
    return right ? std::move(right) : take_empty();
  }

 private:
  struct Node {
    std::size_t level;
    std::size_t number;
    bool operator<(const Node& other) const { return std::pair(level, number) < std::pair(other.level, other.number); }
  };

  /// The partial of the node's sibling if it waits here; otherwise leaves `partial` to wait.
  std::unique_ptr<Partial> swap_for_sibling(Node node, std::unique_ptr<Partial>& partial) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find({node.level, node.number ^ 1});
    if (found == waiting_.end()) {
      waiting_[node] = std::move(partial);
      return nullptr;
    }
    auto sibling = std::move(found->second);
    waiting_.erase(found);
    return sibling;
  }

  std::unique_ptr<Partial> merge(std::unique_ptr<Partial> left, std::unique_ptr<Partial> right) {
    left->merge(*right);
    right->reset();
    const std::lock_guard lock(mutex_);
    empty_.push_back(std::move(right));
    return left;
  }

  const PartialMaker& make_partial_;
  std::mutex mutex_;
  std::map<Node, std::unique_ptr<Partial>> waiting_;
  std::vector<std::unique_ptr<Partial>> empty_;
};

/// A leaf on its way from the producer to a worker.
struct Job {
  std::unique_ptr<LeafTask> task;
  std::unique_ptr<Partial> partial;
};

/// Numbers the tasks as they come, gives each an empty partial, and keeps them until a worker asks for them (or an
/// exception has stopped the work).
class Feed final {
 public:
  Feed(const std::function<std::unique_ptr<LeafTask>()>& next_task, MergeTree& tree)
      : next_task_(next_task), tree_(tree) {}

  /// Prepares the next leaf; false once there are no more. Called by one thread at a time.
  bool prepare() {
    if (ended_) return false;
    Job job{next_task_(), nullptr};
    ended_ = job.task == nullptr;
    if (ended_) return false;
    job.partial = tree_.take_empty();
    const std::lock_guard lock(mutex_);
    jobs_.emplace(prepared_++, std::move(job));
    return true;
  }

  /// How many leaves have been prepared. For the thread that prepares.
  std::size_t prepared() const { return prepared_; }

  /// Works on a leaf that has been prepared. From any thread.
  void run(std::size_t leaf) {
    Job job = take(leaf);
    job.task->run(*job.partial);
    job.task.reset();  // what it holds of the input is not kept through the merges
    tree_.add_leaf(leaf, std::move(job.partial));
  }

 private:
  Job take(std::size_t leaf) {
    const std::lock_guard lock(mutex_);
    return std::move(jobs_.extract(leaf).mapped());
  }

  const std::function<std::unique_ptr<LeafTask>()>& next_task_;
  MergeTree& tree_;
  std::mutex mutex_;
  std::map<std::size_t, Job> jobs_;
  std::size_t prepared_ = 0;
  bool ended_ = false;
};

/// Runs all leaves, of which those below feed.prepared() wait already. At most 2 · threads are under way
/// from the oldest unfinished one on: the last stage does nothing but hold back the tokens of leaves that overtook it,
/// so that one slow leaf does not leave a long trail of partials waiting.
void run_pipeline(Feed& feed) {
  Handover handover;
  std::size_t next = 0;
  const auto produce = [&](tbb::flow_control& control) -> std::size_t {
    const Handover::Turn turn(handover);
    if (next == feed.prepared() && !feed.prepare()) control.stop();
    return next++;
  };
  const auto work = [&](std::size_t leaf) {
    const Handover::Piece piece(handover);
    feed.run(leaf);
    return leaf;
  };
  const auto release = [](std::size_t) {};
  tbb::parallel_pipeline(2 * thread_count(),
                         tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, produce) &
                             tbb::make_filter<std::size_t, std::size_t>(tbb::filter_mode::parallel, work) &
                             tbb::make_filter<std::size_t, void>(tbb::filter_mode::serial_in_order, release));
}

}  // namespace

std::unique_ptr<Partial> ordered_reduce(const std::function<std::unique_ptr<LeafTask>()>& next_task,
                                        const PartialMaker& make_partial) {
  MergeTree tree(make_partial);
  Feed feed(next_task, tree);
  if (thread_count() == 1) {
    while (feed.prepare()) feed.run(feed.prepared() - 1);
  } else if (feed.prepare()) {
    // A reduction of one leaf is over before the thread library would have woken anybody.
    if (feed.prepare()) {
      in_arena([&] { run_pipeline(feed); });
    } else {
      feed.run(0);
    }
  }
  return tree.root();
}

}  // namespace plumbline
