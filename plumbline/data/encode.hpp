#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/data/dataset.hpp"
#include "plumbline/data/encoding.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

inline constexpr std::size_t kNoSlot = std::numeric_limits<std::size_t>::max();

/// What was met while encoding that a user should hear of: (column, cells).
struct EncodeCounts {
  std::vector<std::pair<std::string, std::size_t>> unseen_levels;
  std::vector<std::pair<std::string, std::size_t>> imputed;         ///< numeric: missing cells
  std::vector<std::pair<std::string, std::size_t>> missing_levels;  ///< categorical: missing cells, seen in training
  std::size_t ignored_columns = 0;  ///< columns of the table that the encoder does not know
  std::size_t ignored_entries = 0;  ///< sparse entries beyond the width known from training
};

/// Encodes `table` into `slots.size()` = table.rows rows at the given places (kNoSlot: left out), releasing the table's
/// chunks one by one. Storage stays bytes, float or CSR where the encoder only copies; else double. Throws DataError
/// for a column that is not there, text in a numeric column, and a missing cell under MissingPolicy::error. `rows` is
/// the number of slots in use.
Dataset encode(Table& table, const Encoder& encoder, const std::vector<std::size_t>& slots, std::size_t rows,
               EncodeCounts& counts);

}  // namespace plumbline
