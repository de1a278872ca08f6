#include "plumbline/data/libsvm_block.hpp"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include "plumbline/data/csv_field.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

constexpr std::uint64_t kLargestIndex = 0x7FFFFFFF;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool ends_content(char c) { return c == '\n' || c == '\r' || c == '#'; }
bool ends_token(char c) { return is_blank(c) || ends_content(c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view token_at(const char* p) {
  const char* end = p;
  while (!ends_token(*end)) ++end;
  return {p, static_cast<std::size_t>(end - p)};
}

/// The first `size` elements in a buffer of that very size.
template <class T>
Buffer<T> shrunk(Buffer<T> buffer, std::size_t size) {
  if (buffer.size() == size) return buffer;
  Buffer<T> exact(size);
  std::copy_n(buffer.data(), size, exact.data());
  return exact;
}

class LineParser final {
 public:
  explicit LineParser(LibsvmBlock& block)
      : block_(block), begin_(block.raw.text.data()), end_(begin_ + block.raw.size) {}

  void parse();

 private:
  void prepare();
  const char* skip_blanks(const char* p) const {
    while (is_blank(*p)) ++p;
    return p;
  }
  /// Past the pairs of the line at `p` (at its comment or end), null after a failure.
  const char* parse_line(const char* p);
  const char* parse_label(const char* p);
  const char* parse_pair(const char* p);
  const char* bad_pair(const char* p);
  const char* fail(std::string problem);

  LibsvmBlock& block_;
  const char* begin_;
  const char* end_;
  std::uint64_t line_ = 0;
  std::uint64_t previous_ = 0;  ///< index of the pair before, from 1
  std::size_t entries_ = 0;
};

void LineParser::prepare() {
  const auto count = [&](char c) { return static_cast<std::size_t>(std::count(begin_, end_, c)); };
  const std::size_t most_rows = count('\n') + count('\r') + 1;
  const std::size_t most_entries = count(':');
  block_.rows = 0;
  block_.width = 0;
  block_.record_lines.clear();
  block_.spellings.clear();
  block_.failure.reset();
  block_.offsets = Buffer<std::uint64_t>(most_rows + 1);
  block_.labels = Buffer<double>(most_rows);
  block_.indices = Buffer<std::uint32_t>(most_entries);
  block_.values = Buffer<double>(most_entries);
}

void LineParser::parse() {
  prepare();
  if (block_.raw.overlong) {
    (void)fail("the line is longer than 64 MiB");
    return;
  }
  for (const char* p = begin_; p < end_; ++line_) {
    p = skip_blanks(p);
    if (p < end_ && !ends_content(*p)) p = parse_line(p);
    if (p == nullptr) return;
    while (*p != '\n' && *p != '\r') ++p;
    p = after_line_end(p, end_);
  }
  block_.lines = line_;
  block_.offsets = shrunk(std::move(block_.offsets), block_.rows + 1);
  block_.labels = shrunk(std::move(block_.labels), block_.rows);
  block_.indices = shrunk(std::move(block_.indices), entries_);
  block_.values = shrunk(std::move(block_.values), entries_);
}

const char* LineParser::parse_line(const char* p) {
  block_.record_lines.note(block_.rows, line_);
  if (const std::size_t length = token_at(p).size(); std::memchr(p, '\0', length) != nullptr) {
    return fail("a NUL byte: this is not a text file");
  }
  previous_ = 0;
  p = parse_label(p);
  while (p != nullptr) {
    p = skip_blanks(p);
    if (ends_content(*p)) break;
    p = parse_pair(p);
  }
  if (p == nullptr) return nullptr;
  block_.width = std::max(block_.width, previous_);
  ++block_.rows;
  block_.offsets[block_.rows] = entries_;
  return p;
}

const char* LineParser::parse_label(const char* p) {
  const std::string_view token = token_at(p);
  const ParsedNumber label = parse_number(token);
  if (label.kind == NumberKind::finite) {
    block_.labels[block_.rows] = label.value;
    block_.spellings.note(label.value, token);
    return p + token.size();
  }
  const std::string shown = printable(token);
  if (label.kind == NumberKind::infinite) return fail(fmt::format("the label '{}' is not a finite number", shown));
  if (token.find(':') != std::string_view::npos) return fail(fmt::format("no label before '{}'", shown));
  if (token.find(',') != std::string_view::npos) {
    return fail(fmt::format("'{}' is a list of labels; multilabel LIBSVM files are not read", shown));
  }
  return fail(fmt::format("the label '{}' is not a number", shown));
}

const char* LineParser::parse_pair(const char* p) {
  const char* const token = p;
  std::uint64_t index = 0;
  for (; is_digit(*p) && index <= kLargestIndex; ++p) index = index * 10 + static_cast<std::uint64_t>(*p - '0');
  if (*p != ':' || index <= previous_ || index > kLargestIndex) return bad_pair(token);
  double value = 0;
  const auto [stopped, error] = fast_float::from_chars(p + 1, end_, value);
  if (error == std::errc() && ends_token(*stopped) && std::isfinite(value)) {
    p = stopped;
  } else {
    const std::string_view text = token_at(p + 1);
    const ParsedNumber number = parse_number(text);
    if (number.kind != NumberKind::finite) return bad_pair(token);
    value = number.value;
    p = text.data() + text.size();
  }
  block_.indices[entries_] = static_cast<std::uint32_t>(index - 1);
  block_.values[entries_] = value;
  ++entries_;
  previous_ = index;
  return p;
}

/// Says what is wrong with the pair at `p`, which parse_pair refused.
const char* LineParser::bad_pair(const char* p) {
  const std::string_view token = token_at(p);
  const std::string shown = printable(token);
  const std::size_t colon = token.find(':');
  const std::string_view index = token.substr(0, colon);
  if (token.find('\0') != std::string_view::npos) return fail("a NUL byte: this is not a text file");
  if (index == "qid") return fail(fmt::format("'{}': query ids (qid) are not supported", shown));
  const ParsedNumber number = parse_number(index);
  if (colon == std::string_view::npos || number.kind == NumberKind::none || index.find('.') != std::string_view::npos) {
    return fail(fmt::format("'{}' is not a pair index:value", shown));
  }
  if (number.value < 1) return fail(fmt::format("'{}': indices count from 1", shown));
  if (number.value > static_cast<double>(kLargestIndex)) {
    return fail(fmt::format("'{}': an index is at most {}", shown, kLargestIndex));
  }
  if (number.value == static_cast<double>(previous_)) return fail(fmt::format("'{}': the index is repeated", shown));
  if (number.value < static_cast<double>(previous_)) {
    return fail(fmt::format("'{}' after index {}: indices must increase within a line", shown, previous_));
  }
  const bool infinite = parse_number(token.substr(colon + 1)).kind == NumberKind::infinite;
  return fail(fmt::format("'{}': the value is not a {}number", shown, infinite ? "finite " : ""));
}

const char* LineParser::fail(std::string problem) {
  block_.failure = RecordIssue{block_.rows, line_, RecordIssue::kNoColumn, std::move(problem)};
  return nullptr;
}

}  // namespace

void parse_libsvm_block(LibsvmBlock& block) { LineParser(block).parse(); }

}  // namespace plumbline
