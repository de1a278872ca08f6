#include "plumbline/data/fingerprint.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "plumbline/core/random.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

std::uint64_t hash_block(const std::byte* begin, std::size_t bytes, std::uint64_t number) {
  std::uint64_t hash = mix(number ^ (bytes << 32));
  for (std::size_t at = 0; at < bytes; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, begin + at, std::min(sizeof(word), bytes - at));
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  }
  return mix(hash);
}

template <class T>
std::uint64_t hash_array(const Buffer<T>& array) {
  const auto* begin = reinterpret_cast<const std::byte*>(array.data());
  const std::size_t bytes = array.size() * sizeof(T);
  std::vector<std::uint64_t> blocks((bytes + kBlock - 1) / kBlock);
  parallel_for(blocks.size(), [&](std::size_t b) {
    blocks[b] = hash_block(begin + b * kBlock, std::min(kBlock, bytes - b * kBlock), b);
  });
  return hash_block(reinterpret_cast<const std::byte*>(blocks.data()), blocks.size() * sizeof(std::uint64_t), bytes);
}

}  // namespace

std::uint64_t fingerprint(const Dataset& data) {
  std::uint64_t hash = mix(data.rows ^ (data.columns << 32));
  for (const std::uint64_t part : {hash_array(data.cells), hash_array(data.offsets), hash_array(data.indices),
                                   hash_array(data.values), hash_array(data.target), hash_array(data.row_weight)}) {
    hash = mix(hash ^ part);
  }
  return hash;
}

}  // namespace plumbline
