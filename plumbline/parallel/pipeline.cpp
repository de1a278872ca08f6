#include "plumbline/parallel/pipeline.hpp"

#include <tbb/parallel_pipeline.h>

#include <atomic>
#include <vector>

#include "plumbline/parallel/arena.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

/// A slot's stages follow one another. The thread library sees to that, but out of the sight of ThreadSanitizer.
class SlotStage final {
 public:
  explicit SlotStage(std::atomic<unsigned>& finished) : finished_(finished) {
    (void)finished_.load(std::memory_order_acquire);
  }
  ~SlotStage() { finished_.fetch_add(1, std::memory_order_release); }
  SlotStage(const SlotStage&) = delete;
  SlotStage& operator=(const SlotStage&) = delete;

 private:
  std::atomic<unsigned>& finished_;
};

/// One counter a slot. Where a stage throws, units that were worked on are never drained; here what their
/// workers did is taken note of too.
class SlotStages final {
 public:
  explicit SlotStages(std::size_t slots) : finished_(slots) {}
  ~SlotStages() {
    for (std::atomic<unsigned>& count : finished_) (void)count.load(std::memory_order_acquire);
  }
  SlotStages(const SlotStages&) = delete;
  SlotStages& operator=(const SlotStages&) = delete;
  std::atomic<unsigned>& operator[](std::size_t slot) { return finished_[slot]; }

 private:
  std::vector<std::atomic<unsigned>> finished_;
};

void run_serially(const PipelineStages& stages) {
  while (stages.fill(0)) {
    stages.work(0);
    stages.drain(0);
  }
}

/// Tokens are drained in the order in which they were filled and at most `slots` are alive, so when the counter comes
/// round to a slot, its last unit has been drained.
void run_pipeline(std::size_t slots, const PipelineStages& stages) {
  SlotStages finished(slots);  // outlives the handovers, which wait for its last users
  Handover filling;
  Handover draining;
  std::size_t filled = 0;
  const auto fill = [&](tbb::flow_control& control) {
    const Handover::Turn turn(filling);
    const std::size_t slot = filled++ % slots;
    const SlotStage stage(finished[slot]);
    if (!stages.fill(slot)) control.stop();
    return slot;
  };
  const auto work = [&](std::size_t slot) {
    const SlotStage stage(finished[slot]);
    stages.work(slot);
    return slot;
  };
  const auto drain = [&](std::size_t slot) {
    const Handover::Turn turn(draining);
    const SlotStage stage(finished[slot]);
    stages.drain(slot);
  };
  tbb::parallel_pipeline(slots, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, fill) &
                                    tbb::make_filter<std::size_t, std::size_t>(tbb::filter_mode::parallel, work) &
                                    tbb::make_filter<std::size_t, void>(tbb::filter_mode::serial_in_order, drain));
}

}  // namespace

std::size_t pipeline_slots() { return 2 * thread_count() + 1; }

void ordered_pipeline(std::size_t slots, const PipelineStages& stages) {
  if (thread_count() == 1) {
    run_serially(stages);
  } else {
    in_arena([&] { run_pipeline(slots, stages); });
  }
}

}  // namespace plumbline
