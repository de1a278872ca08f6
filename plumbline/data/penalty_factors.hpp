#pragma once

#include <string>
#include <vector>

#include "plumbline/data/encoding.hpp"

namespace plumbline {

/// `--penalty-factors FILE`: a CSV with the columns `feature` and `factor`, factors finite and not negative (0: this
/// feature is not penalised). `feature` names a column of the user's table, and then all that it is encoded into
/// (levels, powers, the column that says "missing"), or one of Encoder::feature_names(), which goes before the column
/// it comes from. Features that are not named have 1. Returns the factors (p). Throws FileError; DataError, with the
/// line, for an unknown feature, one that comes twice, a negative factor and columns of other names.
std::vector<double> read_penalty_factors(const std::string& path, const Encoder& encoder);

}  // namespace plumbline
