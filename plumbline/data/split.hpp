#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// In the order in which rows of the parts stand: validation rows stop a training early, and are carved from train.
enum class Part : std::uint8_t { train, validation, calibration, test };

const char* name_of(Part part);

struct SplitOptions {
  double calibration_fraction = 0;  ///< of all rows, in [0, 1)
  double test_fraction = 0;         ///< of all rows, in [0, 1); calibration + test < 1
  std::uint64_t seed = 0;
  std::vector<std::size_t> record;  ///< (rows): record number of each row; empty: 0, 1, …
  double validation_fraction = 0;   ///< of all rows; with the other two below 1
};

/// Which part each row belongs to: a function of (seed, record number, class counts) alone. `stratum` (rows) is the
/// class of each row, or empty for one common stratum. Part totals are round(fraction·n); each is shared among the
/// strata by the method of largest remainders; within a stratum, rows are taken in the order of a hash of (seed,
/// record). A stratum with fewer rows than there are parts goes to train whole. At least one row stays in train.
/// Validation rows come out of what is left for train: the other two parts are the same with and without. O(n log n).
std::vector<Part> split_rows(std::size_t rows, const std::vector<std::uint32_t>& stratum, const SplitOptions& options);

}  // namespace plumbline
