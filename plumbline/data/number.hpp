#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace plumbline {

/// What a cell's text says, read as a number.
enum class NumberKind {
  finite,
  infinite,  ///< spells an infinity, or is too large for a double
  none       ///< is no number: text
};

struct ParsedNumber {
  NumberKind kind = NumberKind::none;
  double value = 0;
};

/// Reads all of `text` as a decimal number, rounded to the nearest double: an optional sign (+ too), digits with at
/// most one point, an optional exponent; or inf/infinity in any case. Hexadecimal, thousands separators, "nan" and
/// surrounding blanks are no numbers. What is too small becomes 0.
ParsedNumber parse_number(std::string_view text);

/// How many bytes after its end a text must be readable for parse_short_decimal.
inline constexpr std::size_t kReadableAfterText = 16;

namespace detail {

/// Digits at the start of eight characters that were XORed with '0', the first in the lowest byte. A byte above 9 gets
/// its high bit set by the sum; what that carries into later bytes does not matter.
inline unsigned leading_digits(std::uint64_t word) {
  const std::uint64_t others = ((word + 0x7676767676767676U) | word) & 0x8080808080808080U;
  return others == 0 ? 8U : static_cast<unsigned>(std::countr_zero(others)) / 8;
}

/// The number that the first `count` (1 to 8) of them spell: pairs, then fours, then all eight are joined at once.
inline std::uint64_t digits_value(std::uint64_t word, unsigned count) {
  const std::uint64_t digits = word << (64 - 8 * count);
  const std::uint64_t pairs = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFU;
  const std::uint64_t fours = (pairs * 100 + (pairs >> 16)) & 0x0000FFFF0000FFFFU;
  return (fours * 10000 + (fours >> 32)) & 0xFFFFFFFFU;
}

inline std::uint64_t eight_characters(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return word ^ 0x3030303030303030U;
}

}  // namespace detail

/// Reads the number at `p` if it is -12.345678 or the like: at most seven digits on either side of the point, no
/// exponent. Returns where it ends, null for anything else. Without a branch on the number of digits, which nobody can
/// predict. Exact: both integers are below 2⁵³ and 10²², so that the one division rounds once (Clinger 1990).
/// kReadableAfterText bytes after the text's end must be readable.
inline const char* parse_short_decimal(const char* p, double& value) {
  constexpr std::array<std::uint64_t, 8> kPowers{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
  if constexpr (std::endian::native != std::endian::little) return nullptr;
  const bool negative = *p == '-';
  p += negative ? 1 : 0;
  const std::uint64_t whole = detail::eight_characters(p);
  const unsigned whole_digits = detail::leading_digits(whole);
  if (whole_digits == 0 || whole_digits == 8) return nullptr;
  std::uint64_t mantissa = detail::digits_value(whole, whole_digits);
  p += whole_digits;
  unsigned decimals = 0;
  if (*p == '.') {
    const std::uint64_t fraction = detail::eight_characters(++p);
    decimals = detail::leading_digits(fraction);
    if (decimals == 0 || decimals == 8) return nullptr;
    mantissa = mantissa * kPowers[decimals] + detail::digits_value(fraction, decimals);
    p += decimals;
  }
  const double magnitude = static_cast<double>(mantissa) / static_cast<double>(kPowers[decimals]);
  value = negative ? -magnitude : magnitude;
  return p;
}

}  // namespace plumbline
