#include "plumbline/data/npy.hpp"

#include <cstring>

#include "data/read_support.hpp"
#include "plumbline/data/npy_header.hpp"

namespace plumbline::testing {
namespace {

std::string npy(const std::string& header, const std::string& cells, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  for (std::size_t i = 0; i < length_bytes; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return bytes + header + cells;
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string header(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }      \n";
}

Table read(const std::string& bytes, const ReadOptions& options = {}) {
  const auto input = memory_input(bytes, "t.npy");
  return read_npy(*input, options);
}

std::string error_of(const std::string& bytes) {
  return message_of<DataError>([&] { read(bytes); });
}

TEST(Npy, TheThreeStoredTypes) {
  const double nan = std::nan("");
  const Table f8 = read(npy(header("<f8", "(2, 3)"), raw<double>({1, nan, 3, 4, 5, -0.1})));
  EXPECT_EQ(f8.scalar, Scalar::f64);
  EXPECT_TRUE(f8.can_be_missing);
  EXPECT_EQ(f8.rows, 2U);
  EXPECT_EQ(f8.columns[1].missing, 1U);
  EXPECT_EQ(cell(f8, 1, 2), -0.1);
  EXPECT_EQ(f8.columns[2].name, "c2");
  const Table f4 = read(npy(header("<f4", "(1, 2)"), raw<float>({1.5F, 0.1F})));
  EXPECT_EQ(f4.scalar, Scalar::f32);
  EXPECT_EQ(cell(f4, 0, 1), static_cast<double>(0.1F));
  const Table u1 = read(npy(header("|u1", "(2, 2)"), raw<std::uint8_t>({0, 255, 7, 8})));
  EXPECT_EQ(u1.scalar, Scalar::byte);
  EXPECT_EQ(u1.byte_scale, 1.0);
  EXPECT_FALSE(u1.can_be_missing);
  EXPECT_EQ(column_of(u1, 1), (std::vector<double>{255, 8}));
}

TEST(Npy, OtherTypesAreConverted) {
  EXPECT_EQ(column_of(read(npy(header("|i1", "(2,)"), raw<std::int8_t>({-128, 127}))), 0),
            (std::vector<double>{-128, 127}));
  EXPECT_EQ(column_of(read(npy(header("<i2", "(1,)"), raw<std::int16_t>({-300}))), 0), std::vector<double>{-300});
  EXPECT_EQ(column_of(read(npy(header("<u2", "(1,)"), raw<std::uint16_t>({65535}))), 0), std::vector<double>{65535});
  EXPECT_EQ(column_of(read(npy(header("<i4", "(1,)"), raw<std::int32_t>({-70000}))), 0), std::vector<double>{-70000});
  EXPECT_EQ(column_of(read(npy(header("<u4", "(1,)"), raw<std::uint32_t>({4000000000U}))), 0),
            std::vector<double>{4e9});
  EXPECT_EQ(column_of(read(npy(header("<i8", "(1,)"), raw<std::int64_t>({-5}))), 0), std::vector<double>{-5});
  EXPECT_EQ(column_of(read(npy(header("<u8", "(1,)"), raw<std::uint64_t>({5}))), 0), std::vector<double>{5});
  EXPECT_EQ(column_of(read(npy(header("|b1", "(2,)"), raw<std::uint8_t>({0, 1}))), 0), (std::vector<double>{0, 1}));
}

TEST(Npy, VersionsAndHeaderSpellings) {
  const std::string cells = raw<double>({1, 2});
  for (const int version : {1, 2, 3}) EXPECT_EQ(read(npy(header("<f8", "(2, 1)"), cells, version)).rows, 2U);
  EXPECT_EQ(read(npy("{\"shape\":(1,2),\"descr\":\"<f8\",\"fortran_order\":False}", cells)).width, 2U);
  EXPECT_EQ(read(npy(header("<f8", "(2,)", "True"), cells)).rows, 2U);  // one dimension has one order
}

TEST(Npy, ColumnsAreChosen) {
  ReadOptions options;
  std::vector<std::string> seen;
  options.on_header = [&](const std::vector<std::string>& names) { seen = names; };
  options.use = [](const std::string& name) {
    return name == "c0" ? ColumnUse::skip : name == "c2" ? ColumnUse::target : ColumnUse::automatic;
  };
  const Table t = read(npy(header("<f8", "(2, 3)"), raw<double>({1, 2, 0.1, 4, 5, 3})), options);
  EXPECT_EQ(seen.size(), 3U);
  ASSERT_EQ(t.width, 2U);
  EXPECT_EQ(t.columns[0].name, "c1");
  EXPECT_EQ(column_of(t, 1), (std::vector<double>{0.1, 3}));
  EXPECT_EQ(t.columns[1].spellings, (std::vector<std::pair<double, std::string>>{{0.1, "0.1"}, {3, "3"}}));
}

TEST(Npy, ManyChunks) {
  std::vector<float> values(3'000'000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 1000);
  const Table t = read(npy(header("<f4", "(1000000, 3)"), raw(values)));
  EXPECT_GT(t.chunks.size(), 2U);
  for (std::size_t row = 0; row < t.rows; row += 9973)
    EXPECT_EQ(cell(t, row, 2), static_cast<double>((3 * row + 2) % 1000));
}

TEST(Npy, BadFiles) {
  EXPECT_EQ(error_of(""), "t.npy: the file is empty");
  EXPECT_EQ(error_of("\x93NUM"), "t.npy: the file ends within its npy header");
  EXPECT_EQ(error_of("a,b,c\n1,2,3\n"), "t.npy: not an npy file: it does not begin with \\x93NUMPY");
  EXPECT_EQ(error_of(npy("{}", "", 9)), "t.npy: npy version 9 is not known (1 to 3 are)");
  EXPECT_EQ(error_of(npy(header("<f8", "(1,)"), "").substr(0, 30)), "t.npy: the file ends within its npy header");
  EXPECT_EQ(error_of(std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF", 12)),
            "t.npy: an npy header of 4294967295 bytes is too long");
  const std::string one = raw<double>({1});
  EXPECT_EQ(error_of(npy(header("<f8", "(1, 2)"), one)),
            "t.npy: the header states 1 rows of 16 bytes, 92 in all, but the file has 84");
  EXPECT_EQ(error_of(npy(header("<f8", "(1,)"), one + "x")).substr(0, 26), "t.npy: the header states 1");
  EXPECT_EQ(error_of(npy(header("<f8", "(0, 2)"), "")), "t.npy: there are no rows");
  EXPECT_EQ(error_of(npy(header("<f8", "(2, 0)"), "")), "t.npy: there are no columns");
  EXPECT_EQ(error_of(npy(header("<f8", "()"), one)), "t.npy: the array has 0 dimensions; a table has one or two");
  EXPECT_EQ(error_of(npy(header("<f8", "(1, 1, 1)"), one)),
            "t.npy: the array has 3 dimensions; a table has one or two");
  EXPECT_EQ(error_of(npy(header("<f8", "(1, 1000001)"), one)), "t.npy: more than 1000000 columns");
  EXPECT_EQ(error_of(npy(header("<f8", "(999999999999999999, 999999)"), one)),
            "t.npy: the shape is too large for any file");
  EXPECT_EQ(error_of(npy(header("<f8", "(2, 1)", "True"), raw<double>({1, 2}))),
            "t.npy: the array is in Fortran order; save numpy.ascontiguousarray(array) instead");
  EXPECT_EQ(error_of(npy(header(">f8", "(1,)"), one)),
            "t.npy: the cells are big-endian; save array.astype(array.dtype.newbyteorder('<')) instead");
  for (const char* type : {"<f2", "<c16", "<U5", "|O8", "<M8", "<f0", "<i16"}) {
    EXPECT_NE(error_of(npy(header(type, "(1,)"), one)).find("are not read"), std::string::npos) << type;
  }
}

TEST(Npy, ShortFilesOfUnknownLength) {
  const std::string packed = gzipped(npy(header("<f8", "(99999999999, 3)"), raw<double>({1, 2, 3, 4})));
  EXPECT_EQ(message_of<DataError>([&] { read_npy(*gzip_input(memory_input(packed, "t.npy.gz")), {}); }),
            "t.npy.gz: record 2: the file ends before the rows that its header states");
}

TEST(Npy, Infinities) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(error_of(npy(header("<f8", "(2, 2)"), raw<double>({1, 2, 3, -inf}))),
            "t.npy: record 2, column 'c1': '-inf' is not a finite number");
  EXPECT_EQ(error_of(npy(header("<f4", "(1,)"), raw<float>({static_cast<float>(inf)}))),
            "t.npy: record 1, column 'c0': 'inf' is not a finite number");
}

TEST(Npy, HostileHeaders) {
  for (const char* text : {"",
                           "{",
                           "{}",
                           "[]",
                           "{'descr'",
                           "{'descr':",
                           "{'descr': '<f8",
                           "{'descr': 5}",
                           "{'descr': [('a', '<f8')]}",
                           "{'shape': (1",
                           "{'shape': (1 2)}",
                           "{'shape': (-1,)}",
                           "{'shape': (1L,)}",
                           "{'fortran_order': 0}",
                           "{'shape': (99999999999999999999,)}",
                           "{'descr': 'f'}",
                           "{'descr': '<f99999'}",
                           "{'descr': '<fx'}",
                           "{'descr': '<\n8'}",
                           "{'descr': '\nf8'}",
                           "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x",
                           "{'other': 1}",
                           "{'descr': '<f8', 'shape': (1,)}",
                           "{'descr': '<f8' 'shape': (1,)}",
                           "\xFF"}) {
    EXPECT_THROW(parse_npy_header(text), std::invalid_argument) << text;
    EXPECT_NE(error_of(npy(text, "")).find("the npy header is not valid: "), std::string::npos) << text;
    EXPECT_EQ(error_of(npy(text, "")).find('\n'), std::string::npos) << text;
  }
}

TEST(Npy, LabelsFile) {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.npy", npy(header("<f8", "(2, 1)"), raw<double>({1, 2})));
  EXPECT_FALSE(read_table(path, {}).labels.has_value());
  ReadOptions options;
  options.labels_path = folder.write("y.npy", npy(header("<i8", "(2,)"), raw<std::int64_t>({3, -4})));
  const Table t = read_table(path, options);
  EXPECT_EQ(t.labels->values[1], -4.0);
  EXPECT_EQ(t.labels->column.spellings[0].second, "-4");
  options.labels_path = folder.write("z.npy", npy(header("<i8", "(1,)"), raw<std::int64_t>({3})));
  EXPECT_NE(message_of<DataError>([&] { read_table(path, options); }).find("1 labels for 2 rows"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::testing
