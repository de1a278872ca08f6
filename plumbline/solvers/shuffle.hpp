#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// The order in which an epoch of a mini-batch method takes these rows: a shuffle after Fisher and Yates by draws that
/// depend on (seed, epoch) and their place alone. O(rows).
std::vector<std::size_t> shuffled(std::vector<std::size_t> rows, std::uint64_t seed, std::size_t epoch);

}  // namespace plumbline
