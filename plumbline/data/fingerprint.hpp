#pragma once

#include <cstdint>

#include "plumbline/data/dataset.hpp"

namespace plumbline {

/// A 64-bit hash of all encoded cells, targets and weights, so that a later command can tell whether it was given the
/// same table. In parallel, block by block; the same for any threads. Not meant against forgery.
std::uint64_t fingerprint(const Dataset& data);

}  // namespace plumbline
