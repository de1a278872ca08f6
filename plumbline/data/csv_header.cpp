#include "plumbline/data/csv_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_set>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv_field.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

constexpr const char* kUtf8Mark = "\xEF\xBB\xBF";

/// A record that was cut into cells, or as much of it as there is.
struct CutRecord {
  std::vector<std::string> cells;
  const char* next = nullptr;  ///< its line end
  CsvField last;               ///< with the fault that ended it early, if any
};

CutRecord cut_record(const CsvScanner& scanner, const char* p, const char* end, std::size_t most_cells) {
  CutRecord record;
  std::string scratch;
  for (;; ++p) {
    record.last = scanner.field(p, end, scratch);
    if (record.last.fault != CsvFault::none) return record;
    record.cells.emplace_back(record.last.text);
    p = record.next = record.last.next;
    if (p == end || *p != scanner.delimiter() || record.cells.size() > most_cells) return record;
  }
}

/// Skips lines with nothing but blanks in them and counts them.
const char* skip_empty_lines(const CsvScanner& scanner, const char* p, const char* end, std::uint64_t& lines) {
  for (;;) {
    const char* const after = scanner.skip_blanks(p);
    if (after == end) return end;
    if (*after != '\n' && *after != '\r') return p;
    p = after_line_end(after, end);
    ++lines;
  }
}

/// How a delimiter suits the sample.
struct Fit {
  std::size_t first = 0;  ///< cells of the first record
  std::size_t alike = 0;  ///< records with as many
  std::size_t records = 0;
};

Fit fit_of(char delimiter, const std::string& sample, bool complete) {
  constexpr std::size_t kMostRecords = 64;
  const CsvScanner scanner(delimiter);
  const char* const end = sample.data() + sample.size() - 1;
  Fit fit;
  std::uint64_t lines = 0;
  for (const char* p = sample.data(); fit.records < kMostRecords;) {
    p = skip_empty_lines(scanner, p, end, lines);
    if (p == end) break;
    const CutRecord record = cut_record(scanner, p, end, Table::kMostColumns);
    const bool cut_off = !complete && (record.last.fault == CsvFault::unterminated || record.next == end);
    if (cut_off && fit.records > 0) break;
    const bool faulty = record.last.fault != CsvFault::none;
    if (fit.records == 0) fit.first = record.cells.size() + (faulty ? 1 : 0);
    ++fit.records;
    if (faulty) break;
    if (record.cells.size() == fit.first) ++fit.alike;
    p = after_line_end(record.next, end);
  }
  return fit;
}

[[noreturn]] void fail(const std::string& path, std::uint64_t line, const std::string& problem) {
  throw DataError({path, 0, line, ""}, problem);
}

/// Skips the byte order mark, and says what is wrong with a file that cannot be text.
void check_start(RecordReader& reader, const std::string& path) {
  const std::string_view start = reader.peek(std::strlen(kUtf8Mark));
  if (start.empty()) fail(path, 0, "the file is empty");
  if (start.substr(0, 2) == "\xFF\xFE" || start.substr(0, 2) == "\xFE\xFF") {
    fail(path, 1, "the text is UTF-16 (by its byte order mark); save it as UTF-8");
  }
  if (start.substr(0, 3) == kUtf8Mark) reader.consume(3);
}

void check_delimiter(char delimiter) {
  const auto code = static_cast<unsigned char>(delimiter);
  const bool letter_or_digit =
      (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
  if (code < 0x80 && !letter_or_digit && std::strchr("\"\r\n+-.", delimiter) == nullptr)
    return;  // NUL is in the string
  throw UsageError(fmt::format("'{}' cannot be a delimiter", printable({&delimiter, 1})));
}

/// The first record, whole: looks further and further until it ends.
class FirstRecord final {
 public:
  FirstRecord(RecordReader& reader, const std::string& path, const CsvScanner& scanner, const TextLimits& limits) {
    for (std::size_t size = limits.sample_bytes;; size *= 2) {
      text_ = std::string(reader.peek(size)) + '\n';
      end_ = text_.data() + text_.size() - 1;
      start_ = skip_empty_lines(scanner, text_.data(), end_, lines_before_ = 0);
      record_ = cut_record(scanner, start_, end_, Table::kMostColumns);
      if (reader.at_end() || complete()) break;
      if (size > limits.most_record_bytes) fail(path, lines_before_ + 1, "the first record is longer than 64 MiB");
    }
    check(path);
  }

  const std::vector<std::string>& cells() const { return record_.cells; }
  std::uint64_t line() const { return lines_before_ + 1; }
  std::uint64_t lines() const { return lines_before_ + 1 + count_line_ends(text(start_, record_.next)); }
  std::size_t bytes() const { return static_cast<std::size_t>(after_line_end(record_.next, end_) - text_.data()); }

 private:
  static std::string_view text(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  /// Whether it ends for certain: the '\n' of a "\r\n" may still be to come.
  bool complete() const {
    if (record_.cells.size() > Table::kMostColumns || record_.last.fault == CsvFault::text_after_quote) return true;
    return record_.last.fault == CsvFault::none && record_.next + 1 < end_;
  }
  void check(const std::string& path) const {
    const char* const stop = record_.last.fault == CsvFault::none ? record_.next : record_.last.fault_at;
    const std::uint64_t fault_line = line() + count_line_ends(text(start_, stop));
    if (start_ == end_) fail(path, 0, "there is nothing but empty lines");
    if (text(start_, end_).substr(0, text(start_, stop).size() + 1).find('\0') != std::string_view::npos) {
      fail(path, line(), "a NUL byte: this is not a text file");
    }
    if (record_.last.fault == CsvFault::unterminated) fail(path, fault_line, "the quote opened here is never closed");
    if (record_.last.fault == CsvFault::text_after_quote) fail(path, fault_line, "text after a closing quote");
    if (record_.cells.size() > Table::kMostColumns)
      fail(path, line(), fmt::format("more than {} columns", Table::kMostColumns));
  }

  std::string text_;
  const char* end_ = nullptr;
  const char* start_ = nullptr;
  std::uint64_t lines_before_ = 0;
  CutRecord record_;
};

void check_names(const std::vector<std::string>& names, const std::string& path, std::uint64_t line) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!is_utf8(name)) fail(path, line, fmt::format("the column name '{}' is not UTF-8 text", printable(name)));
    if (!seen.insert(name).second) {
      fail(path, line,
           name.empty() ? "two columns have no name" : fmt::format("two columns are named '{}'", printable(name)));
    }
  }
}

}  // namespace

char find_delimiter(std::string_view sample, bool complete) {
  const std::string text = std::string(sample) + '\n';
  char best = ',';
  std::tuple<bool, std::size_t, std::size_t> best_merit{};
  for (const char candidate : {',', ';', '\t', '|'}) {
    const Fit fit = fit_of(candidate, text, complete);
    const std::tuple<bool, std::size_t, std::size_t> merit{fit.first > 1, fit.alike, fit.first};
    if (merit > best_merit) {
      best_merit = merit;
      best = candidate;
    }
  }
  return best;
}

CsvStart read_csv_start(RecordReader& reader, const std::string& path, const ReadOptions& options,
                        const TextLimits& limits) {
  check_start(reader, path);
  CsvStart start;
  if (options.delimiter) {
    check_delimiter(*options.delimiter);
    start.delimiter = *options.delimiter;
  } else if (options.format == Format::tsv) {
    start.delimiter = '\t';
  } else {
    const std::string_view sample = reader.peek(limits.sample_bytes);
    start.delimiter = find_delimiter(sample, reader.at_end());
  }
  const FirstRecord first(reader, path, CsvScanner(start.delimiter), limits);
  if (options.header) {
    start.names = first.cells();
    check_names(start.names, path, first.line());
    start.first_line = first.lines() + 1;
    reader.consume(first.bytes());
  } else {
    for (std::size_t j = 0; j < first.cells().size(); ++j) start.names.push_back(fmt::format("c{}", j));
  }
  return start;
}

}  // namespace plumbline
