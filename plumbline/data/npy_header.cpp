#include "plumbline/data/npy_header.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 65536;

[[noreturn]] void refuse(const std::string& problem) { throw std::invalid_argument(problem); }

/// The few Python literals that a header is made of.
class LiteralParser final {
 public:
  explicit LiteralParser(std::string_view text) : text_(text) {}

  /// Skips blanks, then takes `expected` if it comes next.
  bool take(std::string_view expected) {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n')) text_.remove_prefix(1);
    if (text_.substr(0, expected.size()) != expected) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  void need(std::string_view expected) {
    if (!take(expected)) refuse(fmt::format("'{}' expected before '{}'", expected, printable(text_)));
  }
  bool finished() { return take("") && text_.empty(); }

  std::string quoted() {
    const char quote = take("'") ? '\'' : '"';
    if (quote == '"') need("\"");
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) refuse("a quoted text does not end");
    std::string result(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return result;
  }
  bool boolean() {
    if (take("True")) return true;
    need("False");
    return false;
  }
  std::uint64_t number() {
    constexpr std::size_t kMostDigits = 18;
    (void)take("");
    std::size_t digits = 0;
    std::uint64_t value = 0;
    for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
      if (digits == kMostDigits) refuse("a dimension is too large");
      value = value * 10 + static_cast<std::uint64_t>(text_[digits] - '0');
    }
    if (digits == 0) refuse(fmt::format("a dimension expected before '{}'", printable(text_)));
    text_.remove_prefix(digits);
    return value;
  }
  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> values;
    need("(");
    while (!take(")")) {
      values.push_back(number());
      if (!take(",")) {
        need(")");
        break;
      }
    }
    return values;
  }

 private:
  std::string_view text_;
};

void set_type(NpyHeader& header, const std::string& type) {
  constexpr std::string_view kOrders = "<>=|";
  constexpr std::string_view kKinds = "biufcmMOSUV";  // the kinds that numpy writes
  const bool understood = type.size() >= 3 && type.size() <= 5 && kOrders.find(type[0]) != std::string::npos &&
                          kKinds.find(type[1]) != std::string::npos &&
                          type.find_first_not_of("0123456789", 2) == std::string::npos;
  if (!understood) refuse(fmt::format("the cell type '{}' is not understood", printable(type)));
  header.byte_order = type[0];
  header.kind = type[1];
  header.item_bytes = std::stoul(type.substr(2));
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view text) {
  LiteralParser parser(text);
  NpyHeader header;
  unsigned seen = 0;
  parser.need("{");
  while (!parser.take("}")) {
    const std::string key = parser.quoted();
    parser.need(":");
    if (key == "descr") {
      if (parser.take("[")) refuse("the cells are records with fields; only plain numbers are read");
      set_type(header, parser.quoted());
      seen |= 1U;
    } else if (key == "fortran_order") {
      header.fortran_order = parser.boolean();
      seen |= 2U;
    } else if (key == "shape") {
      header.shape = parser.tuple();
      seen |= 4U;
    } else {
      refuse(fmt::format("the header has an unknown key '{}'", printable(key)));
    }
    if (!parser.take(",")) {
      parser.need("}");
      break;
    }
  }
  if (seen != 7U) refuse("the header lacks one of descr, fortran_order and shape");
  if (!parser.finished()) refuse("there is text after the header's closing brace");
  return header;
}

NpyHeader read_npy_header(ByteInput& input) {
  const auto fail = [&](const std::string& problem) { throw DataError({input.path(), 0, 0, ""}, problem); };
  const auto take = [&](std::size_t count) {
    std::string bytes(count, '\0');
    const std::size_t got = input.read(bytes.data(), count);
    if (got < count) fail(input.position() == 0 ? "the file is empty" : "the file ends within its npy header");
    return bytes;
  };
  const std::string start = take(kMagic.size() + 2);
  if (start.substr(0, kMagic.size()) != kMagic) fail("not an npy file: it does not begin with \\x93NUMPY");
  const int version = static_cast<unsigned char>(start[kMagic.size()]);
  if (version < 1 || version > 3) fail(fmt::format("npy version {} is not known (1 to 3 are)", version));
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::uint64_t length = little_endian(take(length_bytes));
  if (length > kLongestHeader) fail(fmt::format("an npy header of {} bytes is too long", length));
  NpyHeader header;
  try {
    header = parse_npy_header(take(static_cast<std::size_t>(length)));
  } catch (const std::invalid_argument& problem) {
    fail(fmt::format("the npy header is not valid: {}", problem.what()));
  }
  header.bytes = start.size() + length_bytes + length;
  return header;
}

}  // namespace plumbline
