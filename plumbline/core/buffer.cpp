#include "plumbline/core/buffer.hpp"

#include <sys/mman.h>

#include <limits>
#include <new>

namespace plumbline {

namespace {
constexpr std::size_t kHugePage = std::size_t{2} << 20;
}

void* map_pages(std::size_t bytes) {
  if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw std::bad_alloc();
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  // Advice only: a kernel that refuses leaves us with small pages, which are as right and a little slower.
  if (bytes >= 4 * kHugePage) (void)::madvise(pages, bytes, MADV_HUGEPAGE);
  return pages;
}

void unmap_pages(void* pages, std::size_t bytes) noexcept { (void)::munmap(pages, bytes); }

}  // namespace plumbline
