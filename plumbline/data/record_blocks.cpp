#include "plumbline/data/record_blocks.hpp"

#include <algorithm>
#include <cstring>

#include "plumbline/data/number.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool is_blank_or_line_end(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t find_quote(std::string_view text, std::size_t from) {
  const void* found = from < text.size() ? std::memchr(text.data() + from, '"', text.size() - from) : nullptr;
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// A quote opens a quoted cell only at the start of a cell, blanks aside.
bool opens_cell(std::string_view text, std::size_t quote, char delimiter) {
  std::size_t i = quote;
  while (i > 0 && text[i - 1] != delimiter && (text[i - 1] == ' ' || text[i - 1] == '\t')) --i;
  return i == 0 || text[i - 1] == delimiter || text[i - 1] == '\n' || text[i - 1] == '\r';
}

/// Position after the quote that closes the cell opened just before `from`; kNone while that is not certain.
std::size_t after_closing_quote(std::string_view text, std::size_t from) {
  for (;;) {
    const std::size_t quote = find_quote(text, from);
    if (quote == kNone || quote + 1 == text.size()) return kNone;
    if (text[quote + 1] != '"') return quote + 1;
    from = quote + 2;
  }
}

/// The last record end outside quotes: only the gaps between quoted cells can hold one.
std::size_t whole_quoted_records(std::string_view text, char delimiter) {
  std::size_t cut = 0;
  std::size_t gap = 0;
  std::size_t search = 0;
  for (;;) {
    const std::size_t quote = find_quote(text, search);
    if (quote != kNone && !opens_cell(text, quote, delimiter)) {
      search = quote + 1;
      continue;
    }
    const std::size_t gap_end = quote == kNone ? text.size() : quote;
    cut = std::max(cut, after_last_line_end(text.data(), gap, gap_end, text.size()));
    if (quote == kNone) return cut;
    gap = search = after_closing_quote(text, quote + 1);
    if (gap == kNone) return cut;
  }
}

/// The cut moved to the end of the last record before it that is not an empty line.
std::size_t before_empty_lines(std::string_view text, std::size_t cut) {
  std::size_t used = cut;
  while (used > 0 && is_blank_or_line_end(text[used - 1])) --used;
  if (used == 0) return 0;
  const std::size_t line_end = text.find_first_of("\r\n", used);
  return line_end + (text.compare(line_end, 2, "\r\n") == 0 ? 2 : 1);
}

}  // namespace

std::size_t after_last_line_end(const char* text, std::size_t begin, std::size_t end, std::size_t size) {
  const std::string_view gap(text + begin, end - begin);
  const void* line_feed = gap.empty() ? nullptr : ::memrchr(gap.data(), '\n', gap.size());
  if (line_feed != nullptr) return static_cast<std::size_t>(static_cast<const char*>(line_feed) - text) + 1;
  const std::size_t carriage_return = gap.substr(0, std::min(gap.size(), size - 1 - begin)).rfind('\r');
  return carriage_return == kNone ? 0 : begin + carriage_return + 1;
}

std::size_t whole_records(std::string_view text, const RecordSyntax& syntax) {
  if (text.empty()) return 0;
  const bool quoted = syntax.quotes && find_quote(text, 0) != kNone;
  const std::size_t cut = quoted ? whole_quoted_records(text, syntax.delimiter)
                                 : after_last_line_end(text.data(), 0, text.size(), text.size());
  return syntax.keep_empty_lines_together ? before_empty_lines(text, cut) : cut;
}

std::string_view RecordReader::peek(std::size_t count) {
  if (begin_ > 0) pending_.erase(0, begin_);
  begin_ = 0;
  if (pending_.size() < count && !at_end_) {
    const std::size_t before = pending_.size();
    pending_.resize(count);
    const std::size_t got = input_.read(pending_.data() + before, count - before);
    pending_.resize(before + got);
    at_end_ = before + got < count;
  }
  return pending_;
}

void RecordReader::extend(RecordBlock& block, std::size_t target) {
  if (block.text.size() < target + kReadableAfterText) {
    Buffer<char> larger(target + kReadableAfterText);
    if (block.size > 0) std::memcpy(larger.data(), block.text.data(), block.size);
    block.text = std::move(larger);
  }
  const std::size_t held = std::min(pending_.size() - begin_, target - block.size);
  std::memcpy(block.text.data() + block.size, pending_.data() + begin_, held);
  begin_ += held;
  block.size += held;
  if (block.size < target && !at_end_) {
    const std::size_t wanted = target - block.size;
    const std::size_t got = input_.read(block.text.data() + block.size, wanted);
    block.size += got;
    at_end_ = got < wanted;
  }
}

void RecordReader::put_back(std::string_view tail) {
  if (begin_ >= tail.size()) {
    begin_ -= tail.size();
    std::memcpy(pending_.data() + begin_, tail.data(), tail.size());
  } else {
    pending_ = std::string(tail) + pending_.substr(begin_);
    begin_ = 0;
  }
}

bool RecordReader::next(RecordBlock& block, const RecordSyntax& syntax) {
  if (finished_) return false;
  block.size = 0;
  block.overlong = false;
  std::size_t cut = 0;
  for (std::size_t target = limits_.block_bytes;; target = std::min(2 * target, limits_.most_record_bytes + 1)) {
    extend(block, target);
    const bool exhausted = at_end_ && begin_ == pending_.size();
    cut = exhausted ? block.size : whole_records({block.text.data(), block.size}, syntax);
    finished_ = exhausted;
    block.overlong = cut == 0 && !exhausted && block.size > limits_.most_record_bytes;
    if (cut > 0 || exhausted || block.overlong) break;
  }
  if (block.overlong) {
    finished_ = true;
    cut = block.size;
  }
  put_back({block.text.data() + cut, block.size - cut});
  block.size = cut;
  block.text[cut] = '\n';
  block.last = finished_;
  block.position = input_.position();
  return true;
}

void RecordReader::rewind() {
  input_.rewind();
  pending_.clear();
  begin_ = 0;
  at_end_ = false;
  finished_ = false;
}

}  // namespace plumbline
