#include "plumbline/data/missing_values.hpp"

#include <algorithm>

#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kLastBit = 63;

std::uint64_t length_bit(std::size_t length) { return std::uint64_t{1} << std::min(length, kLastBit); }

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

MissingValues::MissingValues(const std::vector<std::string>& spellings) {
  for (const std::string& spelling : spellings) {
    lower_.push_back(lower_case(trimmed(spelling)));
    lengths_ |= length_bit(lower_.back().size());
    any_number_ = any_number_ || parse_number(lower_.back()).kind != NumberKind::none;
  }
}

bool MissingValues::matches(std::string_view text) const {
  if ((lengths_ & length_bit(text.size())) == 0) return false;
  return std::any_of(lower_.begin(), lower_.end(), [&](const std::string& lower) { return equals_lower(text, lower); });
}

}  // namespace plumbline
