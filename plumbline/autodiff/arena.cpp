#include "plumbline/autodiff/arena.hpp"

#include <algorithm>
#include <utility>

namespace plumbline::autodiff {

namespace {
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kSmallestChunk = std::size_t{256} << 10;
}  // namespace

void* Arena::allocate(std::size_t bytes) {
  const std::size_t size = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  while (at_.chunk < chunks_.size() && chunks_[at_.chunk].size() - at_.offset < size) {
    ++at_.chunk;
    at_.offset = 0;
  }
  if (at_.chunk == chunks_.size()) {
    // Twice what there is: a growing need is met in a few steps.
    Buffer<std::byte> chunk(std::max({size, 2 * capacity_, kSmallestChunk}));
    capacity_ += chunk.size();
    ++growths_;
    chunks_.push_back(std::move(chunk));
  }
  void* piece = chunks_[at_.chunk].data() + at_.offset;
  at_.offset += size;
  at_.used += size;
  return piece;
}

}  // namespace plumbline::autodiff
