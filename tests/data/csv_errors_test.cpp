#include "data/read_support.hpp"

namespace plumbline::testing {
namespace {

struct Bad {
  const char* what;
  std::string text;
  const char* message;  ///< exactly
};

class BadCsv : public ::testing::TestWithParam<Bad> {};

/// The same message whatever the block size: the first failure of the file is the one reported.
TEST_P(BadCsv, SaysWhere) {
  for (const std::size_t size : block_sizes()) {
    EXPECT_EQ(message_of<DataError>([&] { csv(GetParam().text, {}, limits_of(size)); }), GetParam().message)
        << "block size " << size;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCsv,
    ::testing::Values(
        Bad{"empty", "", "t.csv: the file is empty"},
        Bad{"blank", "\n  \r\n\n", "t.csv: there is nothing but empty lines"},
        Bad{"mark_only", "\xEF\xBB\xBF", "t.csv: there is nothing but empty lines"},
        Bad{"utf16_little",
            std::string("\xFF\xFE"
                        "a\0",
                        4),
            "t.csv: line 1: the text is UTF-16 (by its byte order mark); save it as UTF-8"},
        Bad{"utf16_big", std::string("\xFE\xFF\0a", 4),
            "t.csv: line 1: the text is UTF-16 (by its byte order mark); save it as UTF-8"},
        Bad{"header_only", "a,b\n", "t.csv: there are no rows below the header"},
        Bad{"header_only_no_line_end", "a,b", "t.csv: there are no rows below the header"},
        Bad{"duplicate", "a,b,a\n1,2,3\n", "t.csv: line 1: two columns are named 'a'"},
        Bad{"duplicate_trimmed", "\na, \"a\"\n1,2\n", "t.csv: line 2: two columns are named 'a'"},
        Bad{"two_empty_names", "a,,\n1,2,3\n", "t.csv: line 1: two columns have no name"},
        Bad{"header_not_utf8", "a,b\xE9\n1,2\n", "t.csv: line 1: the column name 'b\\xe9' is not UTF-8 text"},
        Bad{"header_nul", std::string("a,\0b\n1,2\n", 9), "t.csv: line 1: a NUL byte: this is not a text file"},
        Bad{"header_unterminated", "a,\"b\n1,2\n", "t.csv: line 1: the quote opened here is never closed"},
        Bad{"header_after_quote", "a,\"b\"c\n1,2\n", "t.csv: line 1: text after a closing quote"},
        Bad{"short_row", "a,b,c\n1,2,3\n\n4,5\n", "t.csv: record 2, line 4: 2 cells, but the table has 3 columns"},
        Bad{"one_cell", "a,b\n1,2\n3\n", "t.csv: record 2, line 3: 1 cell, but the table has 2 columns"},
        Bad{"long_row", "a,b\n1,2\n\"x\ny\",4\n5,6,7,8\n",
            "t.csv: record 3, line 5: 4 cells, but the table has 2 columns"},
        Bad{"long_row_quotes", "a,b\n5,6,\"7,7\",8\n", "t.csv: record 1, line 2: 4 cells, but the table has 2 columns"},
        Bad{"unterminated", "a,b\n1,2\n3,\"four\n5,6\n7,8\n",
            "t.csv: record 2, line 3, column 'b': the quote opened here is never closed"},
        Bad{"unterminated_later_line", "a,b\n\"1\n\n\",\"four\n5,6\n",
            "t.csv: record 1, line 4, column 'b': the quote opened here is never closed"},
        Bad{"quote_at_end", "a,b\n1,\"", "t.csv: record 1, line 2, column 'b': the quote opened here is never closed"},
        Bad{"after_quote", "a,b\n1,\"x\"y z\n",
            "t.csv: record 1, line 2, column 'b': text after a closing quote: 'y z'"},
        Bad{"two_quoted", "a,b\n\"x\" \"y\",1\n",
            "t.csv: record 1, line 2, column 'a': text after a closing quote: '\"y\"'"},
        Bad{"nul", std::string("a,b\n1,2\n3,\0\n", 12), "t.csv: record 2, line 3: a NUL byte: this is not a text file"},
        Bad{"nul_in_text", std::string("a,b\n1,x\n\"\n\",x\0y\n", 16),
            "t.csv: record 2, line 4: a NUL byte: this is not a text file"},
        Bad{"inf", "a,b\n1,2\nInf,3\n", "t.csv: record 2, line 3, column 'a': 'Inf' is not a finite number"},
        Bad{"minus_inf", "a\n1\n -INF \n", "t.csv: record 2, line 3, column 'a': '-INF' is not a finite number"},
        Bad{"infinity", "a\n+infinity\n", "t.csv: record 1, line 2, column 'a': '+infinity' is not a finite number"},
        Bad{"overflow", "a,b\n1,1e308\n2,1e309\n",
            "t.csv: record 2, line 3, column 'b': '1e309' is not a finite number"},
        Bad{"inf_in_two_columns", "a,b\n1,inf\n-inf,3\n",
            "t.csv: record 1, line 2, column 'b': 'inf' is not a finite number"},
        Bad{"inf_beside_second_reading", "a,b\n1,inf\nx,3\n",
            "t.csv: record 1, line 2, column 'b': 'inf' is not a finite number"},
        Bad{"not_utf8", "a,b\n1,x\n2,na\xEFve\n", "t.csv: record 2, line 3, column 'b': 'na\\xefve' is not UTF-8 text"},
        Bad{"surrogate", "a,b\n1,\xED\xA0\x80\n",
            "t.csv: record 1, line 2, column 'b': '\\xed\\xa0\\x80' is not UTF-8 text"},
        Bad{"overlong_utf8", "a,b\n1,\xC0\xAF\n",
            "t.csv: record 1, line 2, column 'b': '\\xc0\\xaf' is not UTF-8 text"}),
    [](const auto& tested) { return std::string(tested.param.what); });

TEST(CsvErrors, ANumericColumnTakesNumbersOnly) {
  ReadOptions options;
  options.use = [](const std::string& name) { return name == "w" ? ColumnUse::numeric : ColumnUse::automatic; };
  for (const std::size_t size : block_sizes()) {
    const auto read = [&] { csv("a,w\n1,2\n\nx,heavy\n", options, limits_of(size)); };
    EXPECT_EQ(message_of<DataError>(read), "t.csv: record 2, line 4, column 'w': 'heavy' is not a number");
  }
}

TEST(CsvErrors, LongTextIsShortened) {
  const std::string message = message_of<DataError>([] { csv("a,b\n1,\"x\"" + std::string(5000, 'y') + "\n"); });
  EXPECT_LT(message.size(), 200U);
}

TEST(CsvErrors, ThePlaceIsThere) {
  try {
    (void)csv("a,b\n1,2\n3,inf\n");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().path, "t.csv");
    EXPECT_EQ(error.place().record, 2U);
    EXPECT_EQ(error.place().line, 3U);
    EXPECT_EQ(error.place().column, "b");
  }
}

TEST(CsvErrors, RecordsBeyondTheLimit) {
  TextLimits limits = limits_of(16);
  limits.most_record_bytes = 100;
  limits.sample_bytes = 16;
  const std::string record(60, '1');
  EXPECT_EQ(csv("a,b\n" + record + ",2\n3,4\n", {}, limits).rows, 2U);
  const auto message = [&](const std::string& text) { return message_of<DataError>([&] { csv(text, {}, limits); }); };
  const std::string line(150, '1');
  EXPECT_EQ(message("a,b\n1,2\n" + line + ",2\n3,4\n"),
            "t.csv: record 2, line 3: a record is longer than 64 MiB: are line ends or quotes missing?");
  EXPECT_EQ(message("a,b\n1,2\n" + std::string(150, ' ') + "3,4\n"),
            "t.csv: record 2, line 3: a record is longer than 64 MiB: are line ends or quotes missing?");
  EXPECT_EQ(message("a,b\n1,2\n3,\"" + line + "\n" + line),
            "t.csv: record 2, line 3, column 'b': the quote opened here makes a record longer than 64 MiB: is it never "
            "closed?");
  EXPECT_EQ(message(line + line + "\n1\n"), "t.csv: line 1: the first record is longer than 64 MiB");
}

TEST(CsvErrors, AHugeSingleLineIsOneClearError) {
  // 200 MB without a line end: read no further than the limit, and no more memory than a few times that.
  const std::string text = "a,b\n" + std::string(200'000'000, '7');
  EXPECT_EQ(message_of<DataError>([&] { csv(text); }),
            "t.csv: record 1, line 2: a record is longer than 64 MiB: are line ends or quotes missing?");
}

TEST(CsvErrors, TooManyColumns) {
  const std::string text = std::string(1'000'001, ',') + "\n1\n";
  EXPECT_EQ(message_of<DataError>([&] { csv(text); }), "t.csv: line 1: more than 1000000 columns");
}

}  // namespace
}  // namespace plumbline::testing
