#include "plumbline/data/csv.hpp"

#include "data/read_support.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

TEST(Csv, NumbersInEverySpelling) {
  const Table t = csv("x\n1\n-2.5\n+3\n1e3\n.5\n5.\n1E-2\n0x\n");
  EXPECT_TRUE(t.columns[0].text);  // 0x is no number
  const Table u = csv("x\n1\n-2.5\n+3\n1e3\n.5\n5.\n1E-2\n-0\n1e-999\n \t7 \n");
  EXPECT_FALSE(u.columns[0].text);
  EXPECT_EQ(column_of(u, 0), (Numbers{1, -2.5, 3, 1000, .5, 5, .01, 0, 0, 7}));
}

TEST(Csv, EveryDoubleIsRoundedToNearest) {
  const Table t = csv("x\n0.1\n9007199254740993\n2.2250738585072011e-308\n123456789012345678901234567890\n");
  EXPECT_EQ(column_of(t, 0),
            (Numbers{0.1, 9007199254740992.0, 2.2250738585072011e-308, 123456789012345678901234567890.0}));
}

TEST(Csv, WhatIsNoNumberIsText) {
  for (const std::string text :
       {"0x10", "1e5x", "1.2.3", "--1", "+-1", "1e", "e5", ".", "-", "1 2", "1_000", "nan(1)"}) {
    const Table t = csv("x,y\n" + text + ",1\n");
    EXPECT_TRUE(t.columns[0].text) << text;
    EXPECT_EQ(level(t, 0, 0), text);
  }
  EXPECT_TRUE(csv("x;y\n1,5;2\n").columns[0].text);  // a decimal comma
}

TEST(Csv, DelimitersAreFound) {
  EXPECT_EQ(csv("a,b\n1,2\n").width, 2U);
  EXPECT_EQ(csv("a;b\n1,5;2,5\n1;2\n").width, 2U);
  EXPECT_EQ(csv("a\tb\tc\n1\t2\t3\n").width, 3U);
  EXPECT_EQ(csv("a|b\n1|2\n").width, 2U);
  EXPECT_EQ(csv("weight, kg;height, cm\n1;2\n3;4\n").columns[0].name, "weight, kg");
  EXPECT_EQ(csv("\"a,b,c\";d\n1;2\n").columns[0].name, "a,b,c");
  EXPECT_EQ(csv("a\n1\n2\n").width, 1U);
  EXPECT_EQ(csv("text\n\"hello, world\"\n").width, 1U);
  EXPECT_EQ(csv("text\nhello, world\nx\n").columns[0].levels[0], "hello, world");
}

TEST(Csv, DelimiterGiven) {
  ReadOptions options;
  options.delimiter = ':';
  EXPECT_EQ(csv("a:b\n1:2\n", options).width, 2U);
  options.delimiter = ' ';
  EXPECT_EQ(column_of(csv("a b\n1 2\n", options), 1), Numbers{2});
  for (const char c : {'"', '\n', '\r', '0', 'e', '.', '-', '+', '\0', '\xC3'}) {
    options.delimiter = c;
    EXPECT_THROW(csv("a b\n1 2\n", options), UsageError) << static_cast<int>(c);
  }
}

TEST(Csv, TsvIsATab) {
  ReadOptions options;
  options.format = Format::tsv;
  const Table t = csv("a\tb,c\n1\t\"x\ty\"\n", options);
  EXPECT_EQ(t.columns[1].name, "b,c");
  EXPECT_EQ(level(t, 0, 1), "x\ty");
}

TEST(Csv, QuotesAsInRfc4180) {
  const Table t =
      csv("a,b\n\"x, y\",1\n\"say \"\"hi\"\"\",2\n\"two\nlines\",3\n \"b\" , \"4\"\n\"\",5\n5\" pipe,6\na\"b\"c,7\n\" "
          "s \",8\n");
  EXPECT_EQ(texts_of(t, 0),
            (Texts{"x, y", "say \"hi\"", "two\nlines", "b", "<missing>", "5\" pipe", "a\"b\"c", " s "}));
  EXPECT_EQ(column_of(t, 1), (Numbers{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(Csv, LineEndsOfAllKindsAndMixed) {
  for (const std::string text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\r\n1,2\n3,4\r",
                                 "a,b\n1,2\r3,4", "a,b\r1,2\n3,4\r\n",
                                 "\xEF\xBB\xBF"
                                 "a,b\n1,2\n3,4"}) {
    for (const std::size_t size : block_sizes()) {
      const Table t = csv(text, {}, limits_of(size));
      EXPECT_EQ(column_of(t, 0), (Numbers{1, 3})) << text;
      EXPECT_EQ(t.columns[0].name, "a");
      EXPECT_EQ(t.line_of(0), 2U);
      EXPECT_EQ(t.line_of(1), 3U);
    }
  }
}

TEST(Csv, EmptyLinesAreSkippedAndLinesStayRight) {
  for (const std::size_t size : block_sizes()) {
    const Table t = csv("\n\na,b\n\n1,2\n  \n\n3,\"x\n\ny\"\n\n5,6\n\n\n", {}, limits_of(size));
    ASSERT_EQ(t.rows, 3U);
    EXPECT_EQ(t.line_of(0), 5U);
    EXPECT_EQ(t.line_of(1), 8U);
    EXPECT_EQ(t.line_of(2), 12U);
    EXPECT_EQ(t.line_of(3), 0U);
  }
}

TEST(Csv, EmptyLinesOfOneColumnAreMissingButNotAtTheEnd) {
  for (const std::size_t size : block_sizes()) {
    const Table t = csv("a\n1\n\n\n\n2\n \n\n", {}, limits_of(size));
    ASSERT_EQ(t.rows, 5U) << size;
    EXPECT_EQ(t.columns[0].missing, 3U);
    EXPECT_EQ(cell(t, 4, 0), 2.0);
    EXPECT_EQ(t.line_of(4), 6U);
    const Table quoted = csv("a\n1\n\"\"\n\n\n", {}, limits_of(size));
    EXPECT_EQ(quoted.rows, 2U);
    ReadOptions no_header;
    no_header.header = false;
    EXPECT_EQ(csv("\n1\r\n\r\n2\r\n\r\n", no_header, limits_of(size)).rows, 4U);
  }
}

TEST(Csv, MissingValues) {
  const Table t = csv("a,b\n,x\nNA,na\nnan,?\nNULL,null\n?,NaN\n1,y\n \"NA\" ,z\n");
  EXPECT_FALSE(t.columns[0].text);
  EXPECT_EQ(t.columns[0].missing, 6U);
  EXPECT_EQ(texts_of(t, 1), (Texts{"x", "<missing>", "<missing>", "<missing>", "<missing>", "y", "z"}));
  EXPECT_EQ(t.columns[1].missing, 4U);
}

TEST(Csv, MissingValuesReplaced) {
  ReadOptions options;
  options.missing_values = {"-999", " none "};
  const Table t = csv("a,b,c\n-999,NONE,\n1,NA,x\n-999.0,y,z\n", options);
  EXPECT_TRUE(std::isnan(cell(t, 0, 0)));
  EXPECT_EQ(cell(t, 2, 0), -999.0);  // spellings, not values
  EXPECT_EQ(texts_of(t, 1), (Texts{"<missing>", "NA", "y"}));
  EXPECT_EQ(texts_of(t, 2), (Texts{"", "x", "z"}));  // "" is not in the list
  EXPECT_TRUE(csv("a,b\nNaN,1\n2,3\n", options).columns[0].text);
}

TEST(Csv, AllMissingIsNumeric) {
  const Table t = csv("a,b\n,1\nNA,2\n");
  EXPECT_FALSE(t.columns[0].text);
  EXPECT_EQ(t.columns[0].missing, 2U);
}

TEST(Csv, NoHeader) {
  ReadOptions options;
  options.header = false;
  const Table t = csv("1,2\n3,4\n", options);
  EXPECT_EQ(t.rows, 2U);
  EXPECT_EQ(t.columns[1].name, "c1");
  EXPECT_EQ(t.line_of(0), 1U);
}

TEST(Csv, HeaderNames) {
  const Table t = csv(" a , \"b \"\"c\"\"\" ,\"d\ne\",\n1,2,3,4\n");
  EXPECT_EQ(t.columns[0].name, "a");
  EXPECT_EQ(t.columns[1].name, "b \"c\"");
  EXPECT_EQ(t.columns[2].name, "d\ne");
  EXPECT_EQ(t.columns[3].name, "");
  EXPECT_EQ(t.line_of(0), 3U);
  EXPECT_EQ(t.find("d\ne"), 2U);
  EXPECT_EQ(t.find(""), 3U);
  EXPECT_EQ(t.find("x"), Table::kNoColumn);
}

TEST(Csv, HeaderCallbackComesOnceAndFirst) {
  ReadOptions options;
  std::vector<Texts> calls;
  std::vector<std::string> asked;
  options.on_header = [&](const Texts& names) { calls.push_back(names); };
  options.use = [&](const std::string& name) {
    EXPECT_EQ(calls.size(), 1U);
    asked.push_back(name);
    return ColumnUse::automatic;
  };
  (void)csv("a,b\n1,2\nx,3\n", options, limits_of(4));  // read twice
  EXPECT_EQ(calls, (std::vector<Texts>{{"a", "b"}}));
  EXPECT_EQ(asked, (Texts{"a", "b"}));
}

TEST(Csv, ColumnUses) {
  ReadOptions options;
  options.use = [](const std::string& name) {
    return name == "t" ? ColumnUse::text : name == "s" ? ColumnUse::skip : ColumnUse::numeric;
  };
  const Table t = csv("s,t,n\n\xFF\"x,1.50,2\n\"a\nb\",1.5,3\ninf,NA,4\n", options);
  ASSERT_EQ(t.width, 2U);
  EXPECT_EQ(texts_of(t, 0), (Texts{"1.50", "1.5", "<missing>"}));
  EXPECT_EQ(column_of(t, 1), (Numbers{2, 3, 4}));
  EXPECT_EQ(t.line_of(2), 5U);
}

TEST(Csv, TargetKeepsSpellings) {
  ReadOptions options;
  options.use = [](const std::string&) { return ColumnUse::target; };
  for (const std::size_t size : block_sizes()) {
    const Table t = csv("y\n+1\n-1\n 1.0 \n01\nNA\n-1\n", options, limits_of(size));
    EXPECT_FALSE(t.columns[0].text);
    EXPECT_EQ(t.columns[0].spellings, (std::vector<std::pair<double, std::string>>{{-1, "-1"}, {1, "+1"}}));
  }
}

TEST(Csv, TooManySpellingsAreGivenUp) {
  ReadOptions options;
  options.use = [](const std::string&) { return ColumnUse::target; };
  std::string text = "y\n";
  for (int i = 0; i < 4096; ++i) text += std::to_string(i) + "\n";
  EXPECT_EQ(csv(text, options, limits_of(1000)).columns[0].spellings.size(), 4096U);
  EXPECT_TRUE(csv(text + "0.5\n", options, limits_of(1000)).columns[0].spellings.empty());
}

TEST(Csv, TooManyLevels) {
  std::string text = "id,x\n";
  for (int i = 0; i < 101; ++i) text += "name" + std::to_string(i) + (i % 2 == 0 ? ",1\n" : ",\n");
  for (const std::size_t size : block_sizes()) {
    EXPECT_TRUE(csv(text, {}, limits_of(size)).columns[0].too_many_levels);
    ReadOptions options;
    options.max_levels = 101;
    EXPECT_EQ(csv(text, options, limits_of(size)).columns[0].levels.size(), 101U);
    options.max_levels = 5;
    options.use = [](const std::string&) { return ColumnUse::target; };
    const Table target = csv(text, options, limits_of(size));
    EXPECT_FALSE(target.columns[0].too_many_levels);
    EXPECT_EQ(level(target, 100, 0), "name100");
  }
}

TEST(Csv, NumbersFirstThenTextKeepTheirSpelling) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50; ++i) text += "1.50,2\n";
  text += "\n1.5,3\nmore,4\n";
  for (const std::size_t size : block_sizes()) {
    const Table t = csv(text, {}, limits_of(size));
    EXPECT_EQ(t.columns[0].levels, (Texts{"1.50", "1.5", "more"}));
    EXPECT_EQ(level(t, 51, 0), "more");
    EXPECT_EQ(t.line_of(51), 54U);
    EXPECT_FALSE(t.columns[1].text);
  }
}

TEST(Csv, InfinityInATextColumnIsALevel) {
  for (const std::size_t size : block_sizes()) {
    const Table t = csv("a\n1\nInf\n-infinity\n1e999\nword\n", {}, limits_of(size));
    EXPECT_EQ(texts_of(t, 0), (Texts{"1", "Inf", "-infinity", "1e999", "word"}));
  }
}

TEST(Csv, BlockSizeAndThreadsChangeNothing) {
  const std::string text =
      "n,t,\"q\r\nr\",m\r\n1,a,\"x, "
      "\"\"y\"\"\",2\r\n\r\n2,b,\"line\r\nline\n\nline\rline\",x\n3,a,,\r4,\"\"\"\",\"\",5\n\n\n"
      "+5 , \" c\" ,d\"e\"f,6\n";
  const Table whole = csv(text);
  ASSERT_EQ(whole.rows, 5U);
  for (const std::size_t threads : {1U, 4U}) {
    const ThreadLimit limit(threads);
    for (std::size_t size = 1; size < text.size() + 2; ++size) expect_same(whole, csv(text, {}, limits_of(size)));
  }
}

TEST(Csv, ASmallSampleIsEnough) {
  TextLimits limits = limits_of(8);
  for (limits.sample_bytes = 4; limits.sample_bytes < 40; ++limits.sample_bytes) {
    expect_same(csv("aaaa,bbbb,\"c\nc\"\n1,2,3\r\n4,5,6"), csv("aaaa,bbbb,\"c\nc\"\n1,2,3\r\n4,5,6", {}, limits));
  }
}

class Recorder final : public Progress {
 public:
  void advance(std::string_view, std::uint64_t done, std::uint64_t total) override {
    EXPECT_GE(done, last);
    EXPECT_LE(done, total);
    last = done;
  }
  bool cancelled() const override { return stop; }
  std::uint64_t last = 0;
  bool stop = false;
};

TEST(Csv, ProgressAndCancellation) {
  Recorder progress;
  ReadOptions options;
  options.progress = &progress;
  const std::string text = "a\n1\n2\n3\n";
  (void)csv(text, options, limits_of(3));
  EXPECT_EQ(progress.last, text.size());
  progress.stop = true;
  EXPECT_THROW(csv(text, options), Cancelled);
}

}  // namespace
}  // namespace plumbline::testing
