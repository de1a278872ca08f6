#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace plumbline {

enum class CsvFault {
  none,
  unterminated,     ///< a quote is never closed
  text_after_quote  ///< something stands between a closing quote and the end of the cell
};

struct CsvField {
  const char* next = nullptr;  ///< the delimiter or line end after the cell
  std::string_view text;       ///< without quotes; trimmed if it had none; points into the file's text or the scratch
  bool quoted = false;
  CsvFault fault = CsvFault::none;
  const char* fault_at = nullptr;
};

/// Finds the cells of a record: RFC 4180 with blanks allowed around a quoted cell; a quote that does not open a cell is
/// an ordinary character; line ends are \n, \r\n and \r.
class CsvScanner final {
 public:
  explicit CsvScanner(char delimiter);

  char delimiter() const { return delimiter_; }
  bool ends_cell(char c) const { return ends_[static_cast<unsigned char>(c)]; }
  bool is_blank(char c) const { return (c == ' ' || c == '\t') && c != delimiter_; }

  /// The cell at `begin`; *end must be '\n'. `scratch` holds the text of a cell with doubled quotes.
  CsvField field(const char* begin, const char* end, std::string& scratch) const;

  const char* skip_blanks(const char* p) const {
    while (is_blank(*p)) ++p;
    return p;
  }

 private:
  CsvField quoted_field(const char* open, const char* end, std::string& scratch) const;

  char delimiter_;
  std::array<bool, 256> ends_{};
};

/// The position after the line end at `p`, not beyond `end`.
inline const char* after_line_end(const char* p, const char* end) {
  if (p >= end) return end;
  return p + (*p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1);
}

/// How many physical lines end in `text`: \n, \r\n and \r count one each.
std::uint64_t count_line_ends(std::string_view text);

}  // namespace plumbline
