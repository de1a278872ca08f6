#include "plumbline/calibration/halves.hpp"

#include "plumbline/core/random.hpp"
#include "plumbline/data/split.hpp"

namespace plumbline {

std::vector<bool> calibrator_half(std::size_t rows, const std::vector<std::uint32_t>& label, std::uint64_t seed,
                                  const std::vector<std::size_t>& record) {
  // Another stream than the split's: its hash has already said which rows are calibration rows at all.
  constexpr std::uint64_t kHalvesStream = 0x4a1f;
  const SplitOptions halves{0.5, 0, random_bits(seed, kHalvesStream, 0), record};
  const std::vector<Part> part = split_rows(rows, label, halves);
  std::vector<bool> first(rows);
  for (std::size_t i = 0; i < rows; ++i) first[i] = part[i] == Part::train;
  return first;
}

}  // namespace plumbline
