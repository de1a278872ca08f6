#include "plumbline/solvers/shuffle.hpp"

#include <utility>

#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {
/// Shuffles of different epochs draw from different streams, apart from those of the splits.
constexpr std::uint64_t kShuffleStream = 0x5347440000000000ULL;
}  // namespace

std::vector<std::size_t> shuffled(std::vector<std::size_t> rows, std::uint64_t seed, std::size_t epoch) {
  for (std::size_t i = rows.size(); i-- > 1;) {
    const double unit = random_unit(seed, kShuffleStream + epoch, i);
    std::swap(rows[i], rows[static_cast<std::size_t>(unit * static_cast<double>(i + 1))]);
  }
  return rows;
}

}  // namespace plumbline
