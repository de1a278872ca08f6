#pragma once

#include <string>

#include "plumbline/data/read_table.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

/// Reads the targets of `rows` rows from a file of their own: IDX or npy of one dimension, or CSV/TSV of one column. A
/// CSV may have a header: it has one exactly if it has one record more than there are rows. Throws FileError,
/// UsageError for a name whose format is none of these, DataError for anything but `rows` labels.
Table::Labels read_labels(const std::string& path, std::size_t rows, const ReadOptions& options);

}  // namespace plumbline
