#include "plumbline/data/idx.hpp"

#include "data/read_support.hpp"

namespace plumbline::testing {
namespace {

std::string idx(const std::vector<std::uint32_t>& dimensions, const std::string& cells, unsigned type = 8) {
  std::string bytes{'\0', '\0', static_cast<char>(type), static_cast<char>(dimensions.size())};
  for (const std::uint32_t size : dimensions) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift & 0xFF);
  }
  return bytes + cells;
}

Table images(const std::string& bytes) {
  const auto input = memory_input(bytes, "t-ubyte");
  return read_idx_images(*input, {});
}

std::string image_error(const std::string& bytes) {
  return message_of<DataError>([&] { images(bytes); });
}

/// As from a .gz, whose length is not known beforehand.
std::string packed_error(const std::string& bytes) {
  const std::string packed = gzipped(bytes);
  return message_of<DataError>([&] { read_idx_images(*gzip_input(memory_input(packed, "t-ubyte.gz")), {}); });
}

TEST(Idx, Images) {
  const Table t = images(idx({3, 2, 2}, std::string("\0\1\2\3\4\5\6\7\x08\x09\xFE\xFF", 12)));
  EXPECT_EQ(t.rows, 3U);
  EXPECT_EQ(t.width, 4U);
  EXPECT_EQ(t.scalar, Scalar::byte);
  EXPECT_EQ(t.byte_scale, 1.0 / 255);
  EXPECT_TRUE(t.images);
  EXPECT_FALSE(t.can_be_missing);
  EXPECT_EQ(t.columns[3].name, "px3");
  EXPECT_EQ(column_of(t, 3), (std::vector<double>{3, 7, 255}));
  EXPECT_EQ(t.line_of(0), 0U);
}

TEST(Idx, ManyChunks) {
  std::string cells(std::size_t{9} << 20, '\0');
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<char>(i * 31 % 251);
  const Table t = images(idx({static_cast<std::uint32_t>(cells.size() / 64), 64}, cells));
  EXPECT_GT(t.chunks.size(), 2U);
  for (std::size_t row = 0; row < t.rows; row += 997) {
    EXPECT_EQ(cell(t, row, 5), static_cast<double>((row * 64 + 5) * 31 % 251));
  }
}

TEST(Idx, Labels) {
  const std::string bytes = idx({4}, std::string("\7\0\7\xFF", 4));
  const auto input = memory_input(bytes, "l-ubyte");
  const Table::Labels labels = read_idx_labels(*input);
  EXPECT_EQ(std::vector<double>(labels.values.data(), labels.values.data() + 4), (std::vector<double>{7, 0, 7, 255}));
  EXPECT_EQ(labels.column.spellings, (std::vector<std::pair<double, std::string>>{{0, "0"}, {7, "7"}, {255, "255"}}));
}

TEST(Idx, BadHeaders) {
  EXPECT_EQ(image_error(""), "t-ubyte: the file is empty");
  EXPECT_EQ(image_error("\1\2\3\4 more"), "t-ubyte: not an IDX file: it begins with bytes 01 02, not 00 00");
  EXPECT_EQ(image_error(idx({1, 2}, "ab", 13)), "t-ubyte: the IDX type is 0x0d; only unsigned bytes (0x08) are read");
  EXPECT_EQ(image_error(idx({}, "ab")), "t-ubyte: the IDX header states no dimensions");
  EXPECT_EQ(image_error(idx({2, 2}, "").substr(0, 7)), "t-ubyte: the file ends within its IDX header");
  EXPECT_EQ(image_error(idx({2}, "ab")), "t-ubyte: an IDX file with one dimension holds labels, not images");
  EXPECT_EQ(image_error(idx({0, 2}, "")), "t-ubyte: there are no rows");
  EXPECT_EQ(image_error(idx({2, 0}, "")), "t-ubyte: the IDX header states rows without cells");
  EXPECT_EQ(image_error(idx({2, 4000000000U, 4000000000U, 0}, "")),
            "t-ubyte: the IDX header states rows without cells");
}

TEST(Idx, CountsThatLie) {
  EXPECT_EQ(image_error(idx({3, 2}, "abcde")),
            "t-ubyte: the header states 3 rows of 2 bytes, 18 in all, but the file has 17");
  EXPECT_EQ(image_error(idx({1, 2}, "abcde")),
            "t-ubyte: the header states 1 rows of 2 bytes, 14 in all, but the file has 17");
  EXPECT_EQ(packed_error(idx({3, 2}, "abcde")),
            "t-ubyte.gz: record 3: the file ends before the rows that its header states");
  EXPECT_EQ(packed_error(idx({1, 2}, "abc")),
            "t-ubyte.gz: there are more bytes than the 1 rows that the header states");
  // A count that would take 4 TB is not believed.
  EXPECT_EQ(packed_error(idx({4294967295U, 1000}, "abc")),
            "t-ubyte.gz: record 1: the file ends before the rows that its header states");
}

TEST(Idx, ProductsThatOverflow) {
  EXPECT_EQ(image_error(idx({1, 4294967295U, 4294967295U, 4294967295U}, "a")), "t-ubyte: more than 1000000 columns");
  EXPECT_EQ(image_error(idx({1, 65536, 65536, 65536, 65536}, "a")), "t-ubyte: more than 1000000 columns");
  EXPECT_EQ(image_error(idx({1, 1000, 1001}, "a")), "t-ubyte: more than 1000000 columns");
}

TEST(Idx, BadLabels) {
  const auto error = [](const std::string& bytes) {
    return message_of<DataError>([&] { read_idx_labels(*memory_input(bytes, "l")); });
  };
  EXPECT_EQ(error(idx({2, 2}, "abcd")), "l: labels have one dimension in IDX, not 2");
  EXPECT_EQ(error(idx({5}, "abcd")), "l: the header states 5 rows of 1 bytes, 13 in all, but the file has 12");
  const std::string packed = gzipped(idx({4294967295U}, "abcd"));
  EXPECT_EQ(message_of<DataError>([&] { read_idx_labels(*gzip_input(memory_input(packed, "l.gz"))); }),
            "l.gz: record 5: the file ends before the rows that its header states");
}

TEST(Idx, LabelsAreFoundBesideTheImages) {
  const std::string labels = idx({2}, "\3\4");
  for (const bool packed : {false, true}) {
    for (const char* ending : {"", ".gz"}) {
      const TemporaryFolder folder;
      const std::string bytes = idx({2, 2}, "abcd");
      const std::string path =
          folder.write(std::string("images-images-idx3-ubyte") + ending, *ending == '\0' ? bytes : gzipped(bytes));
      (void)folder.write(packed ? "images-labels-idx1-ubyte.gz" : "images-labels-idx1-ubyte",
                         packed ? gzipped(labels) : labels);
      const Table t = read_table(path, {});
      ASSERT_TRUE(t.labels.has_value());
      EXPECT_EQ(t.labels->values[1], 4.0);
      EXPECT_EQ(t.labels->column.name, "label");
    }
  }
}

TEST(Idx, LabelsThatAreNotThere) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t10k-images-idx3-ubyte", idx({2, 2}, "abcd"));
  EXPECT_NE(message_of<UsageError>([&] { read_table(path, {}); }).find("--labels FILE"), std::string::npos);
  ReadOptions options;
  options.need_labels = false;
  EXPECT_FALSE(read_table(path, options).labels.has_value());
  options.labels_path = folder.path("none.npy");
  EXPECT_THROW(read_table(path, options), FileError);
  options.labels_path = folder.write("labels.txt", "1\n2\n");
  EXPECT_THROW(read_table(path, options), UsageError);
}

TEST(Idx, LabelsFromACsvWithAndWithoutAHeader) {
  const TemporaryFolder folder;
  const std::string path = folder.write("t10k-images-idx3-ubyte", idx({2, 2}, "abcd"));
  const auto labels_from = [&](const std::string& text) {
    ReadOptions options;
    options.labels_path = folder.write("y.csv", text);
    return std::move(read_table(path, options).labels.value());
  };
  EXPECT_EQ(labels_from("05\n7\n").values[1], 7.0);
  const Table::Labels with_header = labels_from("digit\n05\n7\n");
  EXPECT_FALSE(with_header.column.text);
  EXPECT_EQ(with_header.column.spellings[0].second, "05");
  EXPECT_EQ(labels_from("cat\ndog\n").column.levels, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_THROW(labels_from("1\n2\n3\n4\n"), DataError);
  EXPECT_THROW(labels_from("1\n"), DataError);
  EXPECT_THROW(labels_from("1,2\n3,4\n"), DataError);
}

}  // namespace
}  // namespace plumbline::testing
