#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// Which of n calibration rows fit the calibrator; the others set the conformal threshold. A calibrator that had seen
/// the rows of the threshold would make their nonconformity too small, and coverage would break.
/// `label` (n): class indices whose shares both halves keep, or empty. `record` (n): what the draw of a row depends on
/// besides the seed; empty: 0, 1, …. The calibrator's half has ⌊n/2⌋ rows; a class with a single row goes to it.
/// O(n log n).
std::vector<bool> calibrator_half(std::size_t rows, const std::vector<std::uint32_t>& label, std::uint64_t seed,
                                  const std::vector<std::size_t>& record = {});

}  // namespace plumbline
