#include "plumbline/data/csv_field.hpp"

#include <cstring>

namespace plumbline {

CsvScanner::CsvScanner(char delimiter) : delimiter_(delimiter) {
  for (const char c : {delimiter, '\n', '\r'}) ends_[static_cast<unsigned char>(c)] = true;
}

CsvField CsvScanner::field(const char* begin, const char* end, std::string& scratch) const {
  const char* const start = skip_blanks(begin);
  if (*start == '"') return quoted_field(start, end, scratch);
  const char* p = start;
  while (!ends_cell(*p)) ++p;
  CsvField field;
  field.next = p;
  while (p > start && is_blank(p[-1])) --p;
  field.text = std::string_view(start, static_cast<std::size_t>(p - start));
  return field;
}

CsvField CsvScanner::quoted_field(const char* open, const char* end, std::string& scratch) const {
  CsvField field;
  field.quoted = true;
  const char* piece = open + 1;
  bool doubled = false;
  for (;;) {
    const auto* quote = static_cast<const char*>(std::memchr(piece, '"', static_cast<std::size_t>(end - piece)));
    if (quote == nullptr) {
      field.fault = CsvFault::unterminated;
      field.fault_at = open;
      return field;
    }
    const bool closes = quote[1] != '"';
    if (closes && !doubled) {
      field.text = std::string_view(piece, static_cast<std::size_t>(quote - piece));
    } else {
      if (!doubled) scratch.clear();
      scratch.append(piece, quote + (closes ? 0 : 1));
      doubled = true;
      field.text = scratch;
    }
    piece = quote + (closes ? 1 : 2);
    if (closes) break;
  }
  field.next = skip_blanks(piece);
  if (!ends_cell(*field.next)) {
    field.fault = CsvFault::text_after_quote;
    field.fault_at = field.next;
  }
  return field;
}

std::uint64_t count_line_ends(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t i = text.find_first_of("\r\n"); i != std::string_view::npos; i = text.find_first_of("\r\n", i)) {
    i += text.substr(i, 2) == "\r\n" ? 2 : 1;
    ++count;
  }
  return count;
}

}  // namespace plumbline
