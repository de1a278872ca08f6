#include "plumbline/data/csv_block.hpp"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// How a cell is read, decided once a block and column.
enum class CellKind : std::uint8_t {
  number,   ///< straight to fast_float; what that does not like is looked at with care
  careful,  ///< finds the cell first: text, spellings wanted, or a number that may stand for missing
  skip
};

/// No early exit, so that the loop runs on vectors.
bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
  return bits < 0x80;
}

constexpr const char* kOverlong = "a record is longer than 64 MiB: are line ends or quotes missing?";

struct ColumnPlan {
  CellKind kind = CellKind::number;
  std::size_t stored = 0;
};

class BlockParser final {
 public:
  BlockParser(CsvSchema& schema, CsvBlock& block)
      : schema_(schema),
        scanner_(schema.scanner()),
        block_(block),
        begin_(block.raw.text.data()),
        end_(begin_ + block.raw.size),
        nul_(static_cast<const char*>(std::memchr(begin_, '\0', block.raw.size))),
        ascii_(is_ascii({begin_, block.raw.size})) {}

  /// False if a column turned out to be text on the way.
  bool parse();

 private:
  void prepare();
  const char* end_of_records() const;
  void parse_records(const char* end);
  bool skip_empty_line(const char*& p);
  const char* parse_record(const char* p, double* out);
  const char* plain_number(const char* p, double& value) const;
  const char* careful_cell(const char* p, std::size_t column, double* out);
  const char* skipped_cell(const char* p, std::size_t column);
  bool store(std::string_view text, std::size_t column, double* out);
  bool store_text(std::string_view text, std::size_t column, double* out);
  bool store_number(std::string_view text, std::size_t column, double* out);
  const char* ragged(const char* p, std::size_t found);
  const char* fault(const CsvField& field, std::size_t column);
  const char* fail(std::size_t column, std::uint64_t line, std::string problem);
  bool nul_in_record(const char* p);

  CsvSchema& schema_;
  const CsvScanner& scanner_;
  CsvBlock& block_;
  const char* begin_;
  const char* end_;
  const char* nul_;
  bool ascii_;
  std::vector<ColumnPlan> plan_;
  std::string scratch_;
  const char* record_ = begin_;     ///< start of the record
  std::uint64_t line_ = 0;          ///< of the record, from the block's start
  std::uint64_t lines_inside_ = 0;  ///< line ends within the record's quoted cells so far
  bool became_text_ = false;
};

bool BlockParser::parse() {
  prepare();
  parse_records(end_of_records());
  block_.lines = line_;
  return !became_text_;
}

void BlockParser::prepare() {
  const std::vector<CsvColumn>& columns = schema_.columns();
  block_.rows = 0;
  block_.record_lines.clear();
  block_.failure.reset();
  block_.columns.resize(columns.size());
  plan_.resize(columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const bool text = schema_.known_text(j);
    const bool spell = columns[j].use == ColumnUse::target && !text;
    block_.columns[j].reset(text);
    if (schema_.spellings_full(j)) block_.columns[j].spellings.give_up();
    plan_[j].stored = columns[j].stored;
    plan_[j].kind = columns[j].use == ColumnUse::skip                 ? CellKind::skip
                    : text || spell || schema_.missing().any_number() ? CellKind::careful
                                                                      : CellKind::number;
  }
  // Every record but an unfinished last one takes a line end, and as many bytes as it has columns.
  const auto line_ends = static_cast<std::size_t>(std::count(begin_, end_, '\n') + std::count(begin_, end_, '\r'));
  const std::size_t most_rows = std::min(line_ends, block_.raw.size / columns.size()) + 1;
  block_.cells = Buffer<std::byte>(most_rows * schema_.width() * sizeof(double));
}

/// Empty lines are missing values in a table of one column, but not at the end of the file.
const char* BlockParser::end_of_records() const {
  if (!schema_.one_column() || !block_.raw.last || block_.raw.overlong) return end_;
  const std::string_view text(begin_, block_.raw.size);
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return begin_;
  const std::size_t line_end = text.find_first_of("\r\n", last + 1);
  return line_end == std::string_view::npos ? end_ : after_line_end(begin_ + line_end, end_);
}

void BlockParser::parse_records(const char* end) {
  auto* out = reinterpret_cast<double*>(block_.cells.data());
  for (const char* p = begin_; p < end;) {
    if (skip_empty_line(p)) continue;
    record_ = p;
    lines_inside_ = 0;
    block_.record_lines.note(block_.rows, line_);
    p = parse_record(p, out);
    if (p == nullptr || nul_in_record(p)) return;
    p = after_line_end(p, end_);
    line_ += 1 + lines_inside_;
    out += schema_.width();
    ++block_.rows;
  }
  if (block_.raw.overlong) (void)fail(RecordIssue::kNoColumn, line_, kOverlong);
}

bool BlockParser::skip_empty_line(const char*& p) {
  if (schema_.one_column()) return false;
  const char* const after = scanner_.skip_blanks(p);
  if (after < end_ && *after != '\n' && *after != '\r') return false;
  p = after_line_end(after, end_);
  if (after < end_) ++line_;
  return true;
}

const char* BlockParser::parse_record(const char* p, double* out) {
  const std::size_t count = plan_.size();
  for (std::size_t j = 0;; ++p) {
    const ColumnPlan& plan = plan_[j];
    if (plan.kind == CellKind::number) {
      p = scanner_.skip_blanks(p);
      const char* const stopped = plain_number(p, out[plan.stored]);
      p = stopped != nullptr ? stopped : careful_cell(p, j, out);
    } else {
      p = plan.kind == CellKind::careful ? careful_cell(p, j, out) : skipped_cell(p, j);
    }
    if (p == nullptr) return nullptr;
    ++j;
    const bool more = *p == scanner_.delimiter() && p < end_;
    if (more != (j < count)) return ragged(p, j);
    if (!more) return p;
  }
}

/// Where a finite number that fills its cell ends; null for every other cell.
inline const char* BlockParser::plain_number(const char* p, double& value) const {
  const char* const short_end = parse_short_decimal(p, value);
  if (short_end != nullptr && scanner_.ends_cell(*short_end)) return short_end;
  const auto [stopped, error] = fast_float::from_chars(p, end_, value);
  return error == std::errc() && scanner_.ends_cell(*stopped) && std::isfinite(value) ? stopped : nullptr;
}

const char* BlockParser::careful_cell(const char* p, std::size_t column, double* out) {
  const CsvField field = scanner_.field(p, end_, scratch_);
  if (field.fault != CsvFault::none) return fault(field, column);
  if (field.quoted) lines_inside_ += count_line_ends({p, static_cast<std::size_t>(field.next - p)});
  return store(field.text, column, out) ? field.next : nullptr;
}

const char* BlockParser::skipped_cell(const char* p, std::size_t column) {
  const CsvField field = scanner_.field(p, end_, scratch_);
  if (field.fault != CsvFault::none) return fault(field, column);
  if (field.quoted) lines_inside_ += count_line_ends({p, static_cast<std::size_t>(field.next - p)});
  return field.next;
}

bool BlockParser::store(std::string_view text, std::size_t column, double* out) {
  CsvBlockColumn& found = block_.columns[column];
  out += plan_[column].stored;
  if (schema_.missing().matches(text)) {
    ++found.missing;
    *out = kMissing;
    return true;
  }
  return found.text ? store_text(text, column, out) : store_number(text, column, out);
}

bool BlockParser::store_text(std::string_view text, std::size_t column, double* out) {
  CsvBlockColumn& found = block_.columns[column];
  if (!ascii_ && !is_utf8(text)) {
    (void)fail(column, line_, fmt::format("'{}' is not UTF-8 text", printable(text)));
    return false;
  }
  *out = 0;
  if (found.too_many) return true;
  *out = found.levels.code(text);
  found.too_many = schema_.columns()[column].use == ColumnUse::automatic && found.levels.size() > schema_.max_levels();
  return true;
}

bool BlockParser::store_number(std::string_view text, std::size_t column, double* out) {
  CsvBlockColumn& found = block_.columns[column];
  const ColumnUse use = schema_.columns()[column].use;
  const ParsedNumber number = parse_number(text);
  *out = number.value;
  if (number.kind == NumberKind::finite) {
    if (use == ColumnUse::target) found.spellings.note(number.value, text);
    return true;
  }
  if (number.kind == NumberKind::infinite) {
    if (!found.infinite) {
      const std::string problem = fmt::format("'{}' is not a finite number", printable(text));
      found.infinite = RecordIssue{block_.rows, line_, column, problem};
    }
    return true;
  }
  if (use == ColumnUse::numeric) {
    (void)fail(column, line_, fmt::format("'{}' is not a number", printable(text)));
    return false;
  }
  schema_.found_text(column);
  became_text_ = true;
  return true;
}

/// Reports a record with too few or too many cells; `found` cells were read, and `p` is where the last one ends.
const char* BlockParser::ragged(const char* p, std::size_t found) {
  while (p < end_ && *p == scanner_.delimiter()) {
    const CsvField field = scanner_.field(p + 1, end_, scratch_);
    if (field.fault != CsvFault::none) return fault(field, RecordIssue::kNoColumn);
    p = field.next;
    ++found;
  }
  if (block_.raw.overlong) return fail(RecordIssue::kNoColumn, line_, kOverlong);
  const std::size_t expected = plan_.size();
  return fail(RecordIssue::kNoColumn, line_,
              fmt::format("{} cell{}, but the table has {} column{}", found, found == 1 ? "" : "s", expected,
                          expected == 1 ? "" : "s"));
}

const char* BlockParser::fault(const CsvField& field, std::size_t column) {
  const std::uint64_t line = line_ + count_line_ends({record_, static_cast<std::size_t>(field.fault_at - record_)});
  if (field.fault == CsvFault::unterminated) {
    return fail(column, line,
                block_.raw.overlong ? "the quote opened here makes a record longer than 64 MiB: is it never closed?"
                                    : "the quote opened here is never closed");
  }
  const char* stop = field.fault_at;
  while (!scanner_.ends_cell(*stop)) ++stop;
  const std::string_view text(field.fault_at, static_cast<std::size_t>(stop - field.fault_at));
  return fail(column, line, fmt::format("text after a closing quote: '{}'", printable(text)));
}

const char* BlockParser::fail(std::size_t column, std::uint64_t line, std::string problem) {
  const char* line_end = record_;
  while (*line_end != '\n' && *line_end != '\r') ++line_end;
  if (nul_ != nullptr && nul_ >= record_ && nul_ < line_end) {
    problem = "a NUL byte: this is not a text file";
  }
  block_.failure = RecordIssue{block_.rows, line, column, std::move(problem)};
  return nullptr;
}

bool BlockParser::nul_in_record(const char* p) {
  if (nul_ == nullptr || nul_ >= p) return false;
  const std::uint64_t line = line_ + count_line_ends({record_, static_cast<std::size_t>(nul_ - record_)});
  (void)fail(RecordIssue::kNoColumn, line, "a NUL byte: this is not a text file");
  return true;
}

}  // namespace

void CsvBlockColumn::reset(bool as_text) {
  text = as_text;
  too_many = false;
  missing = 0;
  levels.clear();
  spellings.clear();
  infinite.reset();
}

void parse_csv_block(CsvSchema& schema, CsvBlock& block) {
  // The second look knows of every text cell in the block.
  while (!BlockParser(schema, block).parse()) continue;
}

}  // namespace plumbline
