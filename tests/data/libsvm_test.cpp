#include "plumbline/data/libsvm.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "data/read_support.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

Table libsvm(std::string_view text, const TextLimits& limits = {}) {
  const auto input = memory_input(text, "t.svm");
  return read_libsvm(*input, {}, limits);
}

using Entries = std::vector<std::pair<std::uint32_t, double>>;

std::vector<Entries> rows_of(const Table& table) {
  std::vector<Entries> rows;
  for (const TableChunk& chunk : table.chunks) {
    EXPECT_EQ(chunk.first_row, rows.size());
    EXPECT_EQ(chunk.offsets.size(), chunk.rows + 1);
    EXPECT_EQ(chunk.indices.size(), chunk.offsets[chunk.rows]);
    EXPECT_EQ(chunk.values.size(), chunk.indices.size());
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      rows.emplace_back();
      for (std::uint64_t k = chunk.offsets[i]; k < chunk.offsets[i + 1]; ++k) {
        rows.back().emplace_back(chunk.indices[k], chunk.values[k]);
      }
    }
  }
  return rows;
}

std::vector<double> labels_of(const Table& table) {
  return {table.labels->values.data(), table.labels->values.data() + table.labels->values.size()};
}

TEST(Libsvm, ReadsRowsLabelsAndLines) {
  const std::string text =
      "# a comment\n+1 1:0.5 3:-2e1 # note 5:1\r\n\n-1\n  +1 2:0\t7:+1 \r-1.0 1:1#x\n01 2147483647:1e-400";
  for (std::size_t size = 1; size < text.size() + 2; ++size) {
    const Table t = libsvm(text, limits_of(size));
    ASSERT_EQ(t.rows, 5U);
    EXPECT_EQ(t.width, 2147483647U);
    EXPECT_TRUE(t.sparse);
    EXPECT_FALSE(t.can_be_missing);
    EXPECT_EQ(rows_of(t),
              (std::vector<Entries>{{{0, .5}, {2, -20}}, {}, {{1, 0}, {6, 1}}, {{0, 1}}, {{2147483646, 0}}}));
    EXPECT_EQ(labels_of(t), (std::vector<double>{1, -1, 1, -1, 1}));
    EXPECT_EQ(t.labels->column.spellings, (std::vector<std::pair<double, std::string>>{{-1, "-1"}, {1, "+1"}}));
    EXPECT_EQ(t.line_of(0), 2U);
    EXPECT_EQ(t.line_of(1), 4U);
    EXPECT_EQ(t.line_of(4), 7U);
  }
}

struct BadLine {
  const char* what;
  std::string line;
  const char* message;
};

class BadLibsvm : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadLibsvm, SaysWhere) {
  for (const std::size_t size : block_sizes()) {
    const auto read = [&] { libsvm("1 1:1\n\n" + GetParam().line + "\n1 1:1\n", limits_of(size)); };
    EXPECT_EQ(message_of<DataError>(read), std::string("t.svm: record 2, line 3: ") + GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLibsvm,
    ::testing::Values(BadLine{"index_zero", "1 0:1", "'0:1': indices count from 1"},
                      BadLine{"negative", "1 -3:1", "'-3:1': indices count from 1"},
                      BadLine{"unsorted", "1 5:1 3:1", "'3:1' after index 5: indices must increase within a line"},
                      BadLine{"repeated", "1 5:1 5:2", "'5:2': the index is repeated"},
                      BadLine{"huge", "1 2147483648:1", "'2147483648:1': an index is at most 2147483647"},
                      BadLine{"overflowing", "1 99999999999999999999999:1",
                              "'99999999999999999999999:1': an index is at most 2147483647"},
                      BadLine{"no_value", "1 3:", "'3:': the value is not a number"},
                      BadLine{"no_index", "1 :3", "':3' is not a pair index:value"},
                      BadLine{"no_colon", "1 3", "'3' is not a pair index:value"},
                      BadLine{"blank_after_colon", "1 3: 4", "'3:': the value is not a number"},
                      BadLine{"text_value", "1 3:x", "'3:x': the value is not a number"},
                      BadLine{"trailing", "1 3:4x 5:1", "'3:4x': the value is not a number"},
                      BadLine{"fraction_index", "1 3.5:4", "'3.5:4' is not a pair index:value"},
                      BadLine{"two_colons", "1 3:4:5", "'3:4:5': the value is not a number"},
                      BadLine{"comma", "1 3,5:4", "'3,5:4' is not a pair index:value"},
                      BadLine{"inf", "1 3:inf", "'3:inf': the value is not a finite number"},
                      BadLine{"overflow", "1 3:1e999", "'3:1e999': the value is not a finite number"},
                      BadLine{"nan", "1 3:nan", "'3:nan': the value is not a number"},
                      BadLine{"qid", "1 qid:3 1:1", "'qid:3': query ids (qid) are not supported"},
                      BadLine{"no_label", "1:1 2:2", "no label before '1:1'"},
                      BadLine{"text_label", "spam 1:1", "the label 'spam' is not a number"},
                      BadLine{"nan_label", "nan 1:1", "the label 'nan' is not a number"},
                      BadLine{"inf_label", "-inf 1:1", "the label '-inf' is not a finite number"},
                      BadLine{"multilabel", "1,3 1:1",
                              "'1,3' is a list of labels; multilabel LIBSVM files are not read"},
                      BadLine{"nul_pair", std::string("1 1:\0 2:1", 9), "a NUL byte: this is not a text file"},
                      BadLine{"nul_label", std::string("\0 1:1", 5), "a NUL byte: this is not a text file"}),
    [](const auto& tested) { return std::string(tested.param.what); });

TEST(Libsvm, FilesWithoutRows) {
  EXPECT_EQ(message_of<DataError>([] { libsvm(""); }), "t.svm: the file is empty");
  EXPECT_EQ(message_of<DataError>([] { libsvm("\n# x\n"); }), "t.svm: there are no rows");
}

TEST(Libsvm, LinesBeyondTheLimit) {
  TextLimits limits = limits_of(16);
  limits.most_record_bytes = 100;
  for (const std::string start : {"", "# "}) {
    const auto read = [&] { libsvm("1 1:1\n" + start + std::string(200, '1'), limits); };
    EXPECT_EQ(message_of<DataError>(read), "t.svm: record 2, line 2: the line is longer than 64 MiB");
  }
}

RC_GTEST_PROP(LibsvmProperty, RandomRowsComeBackExactly, ()) {
  const auto gaps = *rc::gen::container<std::vector<std::vector<std::pair<std::uint8_t, double>>>>(
      rc::gen::container<std::vector<std::pair<std::uint8_t, double>>>(
          rc::gen::pair(rc::gen::arbitrary<std::uint8_t>(), rc::gen::arbitrary<double>())));
  std::string text = "0 1:1\n";
  std::vector<Entries> rows{{{0, 1}}};
  for (const auto& row : gaps) {
    text += *rc::gen::element("1", "-1", "2.5");
    rows.emplace_back();
    std::uint32_t index = 0;
    for (const auto& [gap, value] : row) {
      index += gap + 1U;
      rows.back().emplace_back(index - 1, value);
      char spelled[64];
      (void)std::snprintf(spelled, sizeof spelled, " %u:%.17g", index, value);
      text += spelled;
    }
    text += *rc::gen::element("\n", "\r\n", "\r", " \n\n", "#c\n");
  }
  const auto block = *rc::gen::inRange<std::size_t>(1, 300);
  const ThreadLimit limit(*rc::gen::element<std::size_t>(1, 4));
  RC_ASSERT(rows_of(libsvm(text, limits_of(block))) == rows);
}

}  // namespace
}  // namespace plumbline::testing
