#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"

namespace plumbline::autodiff {

/// Memory handed out one piece after the other and taken back from the end, as a tape needs it: a step that asks for
/// what the step before asked for gets the same pages again, without a call of the allocator. Pieces are 64-byte
/// aligned, hold whatever was there before, and stay where they are.
class Arena final {
 public:
  /// A point to go back to.
  struct Mark {
    std::size_t chunk = 0;
    std::size_t offset = 0;
    std::size_t used = 0;
  };

  void* allocate(std::size_t bytes);
  Mark mark() const { return at_; }
  /// Takes back all that was handed out since; what stands there may be read until the next allocate().
  void release(const Mark& mark) { at_ = mark; }
  void release_all() { at_ = {}; }

  std::size_t used() const { return at_.used; }     ///< bytes handed out now
  std::size_t growths() const { return growths_; }  ///< times that new pages were asked for
  std::size_t capacity() const { return capacity_; }

 private:
  std::vector<Buffer<std::byte>> chunks_;
  Mark at_;
  std::size_t growths_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace plumbline::autodiff
