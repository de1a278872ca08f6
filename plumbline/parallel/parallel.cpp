#include "plumbline/parallel/parallel.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include "plumbline/parallel/arena.hpp"

namespace plumbline {

struct ThreadLimit::State {
  explicit State(std::size_t threads) : control(tbb::global_control::max_allowed_parallelism, threads) {}
  tbb::global_control control;
};

ThreadLimit::ThreadLimit(std::size_t threads) {
  const auto cores = static_cast<std::size_t>(tbb::info::default_concurrency());
  state_ = std::make_unique<State>(threads == 0 ? cores : threads);
}

ThreadLimit::~ThreadLimit() = default;

std::size_t thread_count() { return tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism); }

void in_arena(const std::function<void()>& work) {
  const auto threads = static_cast<int>(thread_count());
  if (tbb::this_task_arena::max_concurrency() == threads) {
    tbb::this_task_arena::isolate(work);
  } else {
    tbb::task_arena(threads).execute(work);
  }
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (count <= 1 || thread_count() == 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  in_arena([&] {
    Handover handover;
    std::size_t next = 0;
    const auto produce = [&](tbb::flow_control& control) -> std::size_t {
      const Handover::Turn turn(handover);
      if (next == count) control.stop();
      return next++;
    };
    const auto call = [&](std::size_t i) {
      const Handover::Piece piece(handover);
      work(i);
    };
    // Not tbb::parallel_for, whose bookkeeping inside of templates ThreadSanitizer cannot be told to overlook.
    tbb::parallel_pipeline(2 * thread_count(),
                           tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, produce) &
                               tbb::make_filter<std::size_t, void>(tbb::filter_mode::parallel, call));
  });
}

}  // namespace plumbline
