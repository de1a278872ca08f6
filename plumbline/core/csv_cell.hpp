#pragma once

#include <string>
#include <string_view>

namespace plumbline {

/// `text` as a cell of a CSV file: in quotes, with its own quotes doubled, where RFC 4180 needs it, or where a
/// reader that trims blanks and tabs outside quotes (ours) would not give it back as it is.
std::string csv_cell(std::string_view text);

}  // namespace plumbline
