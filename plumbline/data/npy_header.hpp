#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plumbline/data/input.hpp"

namespace plumbline {

/// What a numpy array file says about itself.
struct NpyHeader {
  char byte_order = '<';  ///< '<', '>', '|' or '='
  char kind = 'f';        ///< 'f', 'i', 'u', 'b', …
  std::uint64_t item_bytes = 8;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::uint64_t bytes = 0;  ///< of the file before the first cell
};

/// Reads the magic string, version and header. Throws DataError.
NpyHeader read_npy_header(ByteInput& input);

/// Parses the Python literal {'descr': …, 'fortran_order': …, 'shape': …}; throws std::invalid_argument with a sentence
/// on what is wrong.
NpyHeader parse_npy_header(std::string_view text);

}  // namespace plumbline
