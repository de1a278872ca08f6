#pragma once

#include <cstdint>

namespace plumbline {

/// A well-mixed 64-bit hash of (seed, stream, index): the splitmix64 finaliser applied to each in turn (Steele, Lea
/// and Flood 2014). A draw is a function of its place, not of how many draws came before it, so that a split does not
/// depend on reading order or threads.
constexpr std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return mix(mix(mix(seed) ^ stream) ^ index);
}

/// Uniform in [0, 1), 53 bits.
constexpr double random_unit(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  return static_cast<double>(random_bits(seed, stream, index) >> 11) * 0x1.0p-53;
}

}  // namespace plumbline
