#pragma once

#include <atomic>
#include <functional>

namespace plumbline {

/// Runs `work` where thread_count() threads (also more than there are cores) take part in the thread library's
/// algorithms, and a thread that waits inside `work` takes up nothing from outside it: neither a lock nor a stack
/// that the caller holds can then be met a second time from below.
void in_arena(const std::function<void()>& work);

/// Orders the pieces of a parallel algorithm after what its caller did before and before what the caller does next.
/// The thread library does that too, but out of the sight of ThreadSanitizer, which would take every piece for a race
/// with its caller; real races between pieces stay visible.
class Handover final {
 public:
  Handover() { begun_.store(1, std::memory_order_release); }
  ~Handover() { (void)ended_.load(std::memory_order_acquire); }
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  /// Alive while a piece runs.
  class Piece final {
   public:
    explicit Piece(Handover& handover) : handover_(handover) { (void)handover_.begun_.load(std::memory_order_acquire); }
    ~Piece() { handover_.ended_.fetch_add(1, std::memory_order_release); }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

   private:
    Handover& handover_;
  };

  /// Alive while one of several pieces runs that the algorithm calls one after another, and sees the ones before.
  class Turn final {
   public:
    explicit Turn(Handover& handover) : piece_(handover), handover_(handover) {
      (void)handover_.turns_.load(std::memory_order_acquire);
    }
    ~Turn() { handover_.turns_.fetch_add(1, std::memory_order_release); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Piece piece_;
    Handover& handover_;
  };

 private:
  std::atomic<unsigned> begun_ = 0;
  std::atomic<unsigned> turns_ = 0;
  std::atomic<unsigned> ended_ = 0;
};

}  // namespace plumbline
