#pragma once

#include <string>
#include <vector>

#include "plumbline/decision/cost_matrix.hpp"

namespace plumbline {

/// Reads a table of costs: CSV or TSV (plain or .gz) whose header holds, after a first cell of any text, the true
/// classes, and whose first column holds the decided ones, each of `labels` exactly once, in any order. Labels are
/// compared as numbers where all of them are numbers. Cells are finite; a negative cost is a gain. The result is in the
/// order of `labels`. Throws FileError and DataError with the place.
CostMatrix read_costs(const std::string& path, const std::vector<std::string>& labels);

}  // namespace plumbline
