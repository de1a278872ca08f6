#include "plumbline/data/read_table.hpp"

#include "data/read_support.hpp"
#include "plumbline/data/libsvm.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline::testing {
namespace {

TEST(ReadTable, FormatFollowsTheName) {
  EXPECT_EQ(format_of("a.csv"), Format::csv);
  EXPECT_EQ(format_of("-"), Format::csv);
  EXPECT_EQ(format_of("A.CSV.GZ"), Format::csv);
  EXPECT_EQ(format_of("x/a.tsv"), Format::tsv);
  EXPECT_EQ(format_of("a.svm"), Format::libsvm);
  EXPECT_EQ(format_of("a.libsvm.gz"), Format::libsvm);
  EXPECT_EQ(format_of("a.npy"), Format::npy);
  EXPECT_EQ(format_of("train-images-idx3-ubyte"), Format::idx);
  EXPECT_EQ(format_of("train-images.idx3-ubyte.gz"), Format::idx);
  for (const char* name : {"a", "a.txt", "a.gz", "csv", ".gz", "", "a.csv.bz2", "--"})
    EXPECT_FALSE(format_of(name)) << name;
}

TEST(ReadTable, PathIsJudgedBeforeItsEnding) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_table(folder.path("none.xyz"), {}), FileError);
  EXPECT_THROW(read_table(folder.path("none.csv.gz"), {}), FileError);
  EXPECT_THROW(read_table(folder.path(""), {}), FileError);
  const std::string message = message_of<UsageError>([&] { read_table(folder.write("data.xyz", "a\n1\n"), {}); });
  EXPECT_NE(message.find("--format"), std::string::npos);
}

TEST(ReadTable, FormatOverridesTheNameButGzDoesNotYield) {
  const TemporaryFolder folder;
  ReadOptions options;
  options.format = Format::csv;
  EXPECT_EQ(read_table(folder.write("data.xyz", "a,b\n1,2\n"), options).rows, 1U);
  EXPECT_EQ(read_table(folder.write("data.gz", gzipped("a,b\n1,2\n")), options).rows, 1U);
  EXPECT_THROW(read_table(folder.write("plain.gz", "a,b\n1,2\n"), options), DataError);
  options.format = Format::tsv;
  EXPECT_EQ(read_table(folder.write("data.csv", "a,b\tc\n1\t2\n"), options).columns[0].name, "a,b");
  options.format.reset();
  EXPECT_EQ(read_table(folder.write("tab.tsv", "a,b\tc\n1\t2\n"), options).columns[0].name, "a,b");
}

TEST(ReadTable, EmptyAndBinaryFiles) {
  const TemporaryFolder folder;
  for (const char* name : {"a.csv", "a.tsv", "a.svm", "a.npy", "a.csv.gz"}) {
    EXPECT_NE(message_of<DataError>([&] { read_table(folder.write(name, ""), {}); }).find("the file is empty"),
              std::string::npos);
  }
  EXPECT_NE(
      message_of<DataError>([&] { read_table(folder.write("e.csv.gz", gzipped("")), {}); }).find("the file is empty"),
      std::string::npos);
  const std::string binary("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", 20);
  for (const char* name : {"b.csv", "b.tsv", "b.svm", "b.npy", "b.csv.gz"}) {
    EXPECT_THROW(read_table(folder.write(name, binary), {}), DataError) << name;
  }
}

TEST(ReadTable, ThreadsDoNotMatter) {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 200'000; ++i) {
    text += std::to_string(i) + ",level" + std::to_string(i * 31 % 90) + "," + std::to_string(i / 7.0) + "\n";
  }
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", text);
  ReadOptions options;
  options.threads = 1;
  const Table one = read_table(path, options);
  EXPECT_GT(one.chunks.size(), 3U);
  options.threads = 4;
  expect_same(one, read_table(path, options));
}

TEST(ReadTable, SparseTablesHaveNoNamedColumns) {
  Table sparse;
  sparse.sparse = true;
  sparse.width = 12;
  EXPECT_EQ(sparse.find("f12"), Table::kNoColumn);
  EXPECT_EQ(sparse.line_of(0), 0U);
}

TEST(Text, Printable) {
  EXPECT_EQ(printable("plain é 雪"), "plain é 雪");
  EXPECT_EQ(printable(std::string("a\nb\r\t\0\x1b\x7f", 8)), "a\\nb\\r\\t\\x00\\x1b\\x7f");
  EXPECT_EQ(printable("\xC3("), "\\xc3(");
  EXPECT_EQ(printable("\xC2\x85\xE2\x80\xA8"), "\\xc2\\x85\\xe2\\x80\\xa8");
  EXPECT_EQ(printable(std::string(40, 'x')), std::string(40, 'x'));
  EXPECT_EQ(printable(std::string(41, 'x')), std::string(40, 'x') + "…");
  EXPECT_EQ(printable(std::string(39, 'x') + "é"), std::string(39, 'x') + "…");
}

TEST(Text, Utf8) {
  for (const char* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << printable(good);
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << printable(bad);
  }
}

}  // namespace
}  // namespace plumbline::testing
