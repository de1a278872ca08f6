#include "plumbline/data/number.hpp"

#include <fast_float/fast_float.h>

#include <cmath>

namespace plumbline {

ParsedNumber parse_number(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
  const char* const begin = text.data() + (plus ? 1 : 0);
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto [stopped, error] = fast_float::from_chars(begin, end, value);
  // Later releases of fast_float call an overflow an error, earlier ones do not; both leave the rounded value.
  const bool understood = error == std::errc() || error == std::errc::result_out_of_range;
  if (!understood || stopped != end || std::isnan(value)) return {NumberKind::none, 0};
  return {std::isinf(value) ? NumberKind::infinite : NumberKind::finite, value};
}

}  // namespace plumbline
