#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumbline {

/// `text` fit to be shown in a one-line message: at most 40 bytes of it (then "…"), control characters and bytes that
/// are not UTF-8 as \xHH, line ends and tabs as \n, \r, \t.
std::string printable(std::string_view text);

/// Whether `text` is well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// Length of the well-formed UTF-8 character at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text);

/// `text` with the letters A–Z made small.
std::string lower_case(std::string_view text);

/// Whether `text` equals `lower` when A–Z in it are made small.
bool equals_lower(std::string_view text, std::string_view lower);

}  // namespace plumbline
