#pragma once

#include <optional>
#include <string>

#include "plumbline/data/input.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

// IDX (the format of MNIST): bytes 0 0, a type, the number of dimensions, each dimension as a big-endian 32-bit number,
// then the cells. Only unsigned bytes (type 8) are read.

/// Reads images: one row an entry of the first dimension, one column (px0, px1, …) a cell of the others. Cells stay
/// bytes with byte_scale 1/255. Throws DataError, also for a file longer or shorter than its header says. O(bytes).
Table read_idx_images(ByteInput& input, const ReadOptions& options);

/// Reads labels: one dimension.
Table::Labels read_idx_labels(ByteInput& input);

/// The file with the labels that belongs to a file of images by the usual name: "images" replaced by "labels" and
/// "idx3" by "idx1", with and without .gz. Nothing if no such file exists or the name has no "images" in it.
std::optional<std::string> find_idx_labels(const std::string& images_path);

}  // namespace plumbline
