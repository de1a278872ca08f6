#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "data/read_support.hpp"

namespace plumbline::testing {
namespace {

/// How a table is written: every choice that must not change what is read.
struct Style {
  char delimiter;
  std::vector<std::string> line_ends;
  bool mark;
  bool final_line_end;
};

Style random_style() {
  const char delimiter = *rc::gen::element(',', ';', '\t', '|');
  const auto line_ends =
      *rc::gen::element(std::vector<std::string>{"\n"}, std::vector<std::string>{"\r\n"},
                        std::vector<std::string>{"\r"}, std::vector<std::string>{"\n", "\r\n", "\r"});
  return {delimiter, line_ends, *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>()};
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

/// Written plain where that is possible and chance wants it.
std::string written(const std::string& text, char delimiter) {
  const bool needs_quotes =
      text.find_first_of("\"\r\n \t,;|") != std::string::npos || text.find(delimiter) != std::string::npos;
  const std::string blanks = *rc::gen::element("", "", "", " ", "  ");
  return blanks + (needs_quotes || *rc::gen::inRange(0, 4) == 0 ? quoted(text) : text) + blanks;
}

using Rows = std::vector<std::vector<std::string>>;

std::string write_table(const Rows& rows, const Style& style) {
  std::string text = style.mark ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      if (j > 0) text += style.delimiter;
      text += written(rows[i][j], style.delimiter);
    }
    const std::string line_end = *rc::gen::elementOf(style.line_ends);
    if (i + 1 < rows.size() || style.final_line_end) text += line_end;
    if (i + 1 < rows.size() && *rc::gen::inRange(0, 5) == 0) text += line_end;  // an empty line
  }
  return text;
}

std::string random_text() {
  const auto letters = *rc::gen::container<std::string>(
      rc::gen::element('a', 'b', 'Z', '1', '.', '-', '"', ',', ';', '\t', '|', ' ', '\n', '\r'));
  return letters + *rc::gen::element("", "é", "x", "雪");
}

RC_GTEST_PROP(CsvProperty, RandomTablesComeBackExactly, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(2, 5);
  const auto count = *rc::gen::inRange<std::size_t>(1, 20);
  Rows rows(1);
  std::vector<std::vector<double>> numbers(count, std::vector<double>(width));
  for (std::size_t j = 0; j < width; ++j) rows[0].push_back(fmt::format("name{}", j));
  for (std::size_t i = 0; i < count; ++i) {
    rows.emplace_back();
    for (std::size_t j = 0; j < width; ++j) {
      numbers[i][j] = *rc::gen::arbitrary<double>();
      // Even columns are numbers. A 'T' makes sure that a text is neither a number nor missing.
      rows.back().push_back(j % 2 == 0 ? fmt::format("{}", numbers[i][j]) : "T" + random_text());
    }
  }
  ReadOptions options;
  options.max_levels = 1000;
  const Style style = random_style();
  options.delimiter = style.delimiter;
  const std::string text = write_table(rows, style);
  const Table table = csv(text, options, limits_of(*rc::gen::inRange<std::size_t>(1, 200)));
  RC_ASSERT(table.rows == count);
  RC_ASSERT(table.width == width);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      if (j % 2 == 0) {
        RC_ASSERT(cell(table, i, j) == numbers[i][j]);
      } else {
        RC_ASSERT(level(table, i, j) == rows[i + 1][j]);
      }
    }
  }
}

/// What reading leads to: a table's every cell as text, or the error's message.
std::string outcome(const std::string& text, std::size_t block_bytes, bool header) {
  ReadOptions options;
  options.header = header;
  options.max_levels = 3;
  std::string result;
  try {
    const Table table = csv(text, options, limits_of(block_bytes));
    for (std::size_t j = 0; j < table.width; ++j) {
      const TableColumn& column = table.columns[j];
      result += fmt::format("[{} {} {} {}]", column.name, column.text, column.too_many_levels, column.missing);
      for (std::size_t i = 0; i < table.rows && !column.too_many_levels; ++i) {
        result += (column.text ? level(table, i, j) : fmt::format("{}", cell(table, i, j))) + "|";
      }
    }
    for (std::size_t i = 0; i < table.rows; ++i) result += fmt::format(" {}", table.line_of(i));
  } catch (const DataError& error) {
    result = error.what();
  }
  return result;
}

RC_GTEST_PROP(CsvProperty, AnyBytesGiveTheSameInBlocksOfAnySize, ()) {
  const auto text =
      *rc::gen::scale(3, rc::gen::container<std::string>(rc::gen::element('a', '1', '2', ',', ',', ',', '"', '"', '\n',
                                                                          '\n', '\n', '\r', ' ', '\xC3', '\xA9', 'x')));
  const bool header = *rc::gen::arbitrary<bool>();
  const std::string whole = outcome("1,2\n" + text, 1 << 20, header);
  for (const std::size_t size : {1U, 3U, 8U, 21U}) {
    const std::string in_blocks = outcome("1,2\n" + text, size, header);
    RC_ASSERT(in_blocks == whole);
  }
  const std::string narrow = outcome("a\n" + text, 1 << 20, header);
  for (const std::size_t size : {1U, 3U, 8U, 21U}) RC_ASSERT(outcome("a\n" + text, size, header) == narrow);
}

}  // namespace
}  // namespace plumbline::testing
