#include <gtest/gtest.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "plumbline/core/random.hpp"
#include "plumbline/data/number.hpp"

namespace plumbline::testing {
namespace {

/// The text with what follows it in a file, and the bytes that may be read after that.
const char* ended_with_comma(std::string& text) {
  text += ",1234567" + std::string(kReadableAfterText, '9');
  return text.data();
}

TEST(Number, ShortDecimalsAreExactlyWhatStrtodReads) {
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const std::uint64_t bits = random_bits(1, 2, i);
    const auto whole = static_cast<unsigned>(bits % 10'000'000 >> bits % 24);
    const auto fraction = static_cast<unsigned>(bits / 64 % 10'000'000);
    const auto decimals = static_cast<int>(bits >> 60U) % 8;
    char spelled[64];
    const char* const sign = bits >> 59U & 1U ? "-" : "";
    if (decimals == 0) {
      (void)std::snprintf(spelled, sizeof spelled, "%s%u", sign, whole);
    } else {
      (void)std::snprintf(spelled, sizeof spelled, "%s%u.%.*s", sign, whole, decimals,
                          std::to_string(10'000'000 + fraction).c_str() + 1);
    }
    std::string text = spelled;
    const std::size_t length = text.size();
    const char* const begin = ended_with_comma(text);
    double value = 0;
    ASSERT_EQ(parse_short_decimal(begin, value), begin + length) << spelled;
    // The same bits, so that -0 keeps its sign.
    ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(std::strtod(spelled, nullptr)))
        << spelled;
  }
}

TEST(Number, WhatIsNoShortDecimalIsLeftToOthers) {
  for (std::string text : {"", "-", ".5", "5.", "12345678", "1.12345678", "x", "-x", "+1", "--1", "inf", " 1"}) {
    double value = 0;
    EXPECT_EQ(parse_short_decimal(ended_with_comma(text), value), nullptr) << text;
  }
}

TEST(Number, EveryByteEndsTheDigits) {
  for (int byte = 0; byte < 256; ++byte) {
    if (byte >= '0' && byte <= '9') continue;
    std::string text = std::string("12") + static_cast<char>(byte);
    text += std::string(kReadableAfterText, '\xFF');
    double value = 0;
    const char* const stopped = parse_short_decimal(text.data(), value);
    if (byte == '.') {
      EXPECT_EQ(stopped, nullptr);
    } else {
      EXPECT_EQ(stopped, text.data() + 2) << byte;
      EXPECT_EQ(value, 12.0);
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
