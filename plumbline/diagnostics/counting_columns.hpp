#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Of `candidates` (features), those whose numbers are whole and go up from each row of positive weight to the next, or
/// down throughout: row numbers, or times. Reads rows until no candidate is left, which is after a few of them unless a
/// column does count. None of sparse rows, whose cells are mostly 0.
std::vector<std::size_t> counting_columns(RowSource& source, std::vector<std::size_t> candidates, Progress& progress);

}  // namespace plumbline
