#pragma once

#include <string>
#include <vector>

#include "plumbline/data/read_table.hpp"
#include "plumbline/data/record_blocks.hpp"

namespace plumbline {

/// The start of a delimited file: what must be known before its blocks can be parsed at once.
struct CsvStart {
  char delimiter = ',';
  std::vector<std::string> names;
  std::uint64_t first_line = 1;  ///< physical line at which the reader stands now
};

/// The delimiter of the records in `sample`, among , ; tab |. Preferred is one that cuts the first record (the most
/// records into as many cells as the first, then the most cells); if none does, it is a table of one column, and a
/// delimiter is taken that no record contains. `complete`: the sample is the whole file.
char find_delimiter(std::string_view sample, bool complete);

/// Skips a byte order mark, finds the delimiter, reads the header (or counts the cells of the first record, which then
/// stays to be read) and leaves `reader` at the first record. Throws DataError, and UsageError for a delimiter that
/// cannot be one.
CsvStart read_csv_start(RecordReader& reader, const std::string& path, const ReadOptions& options,
                        const TextLimits& limits);

}  // namespace plumbline
