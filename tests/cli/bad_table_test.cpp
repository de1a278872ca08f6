#include <gtest/gtest.h>

#include "cli/bad_input.hpp"

namespace plumbline {
namespace {

const Arguments kTarget{"--target", "y"};

class BadTable : public BadInputTest {};

/// 40 rows with a target of 0 and 1, in which record `record` reads `text`.
std::string table_with(std::size_t record, const std::string& text) {
  std::string table = "x,z,y\n";
  for (std::size_t i = 1; i <= 40; ++i) {
    table += i == record ? text : fmt::format("{},{},{}", 0.5 * static_cast<double>(i % 7), i % 5, i % 2);
    table += "\n";
  }
  return table;
}

TEST_F(BadTable, Files) {
  expect_bad_fits({
      {"empty.csv", "", "empty", kTarget},
      {"blank.csv", "\n\n  \n", "", kTarget},
      {"nul.csv", std::string("x,y\n1,\0002\n", 10), "line 2", kTarget},
      {"binary.csv",
       std::string("\x7f"
                   "ELF\x02\x01\x00\xff\xfe\x00\n\x01",
                   12),
       "", kTarget},
      {"not.csv.gz", "x,y\n1,2\n", "gzip", kTarget},
      {"empty.csv.gz", "", "", kTarget},
      {"cut.csv.gz", gzipped(table_with(0, "")).substr(0, 60), "", kTarget},
      {"edited.csv.gz", gzipped(table_with(0, "")).replace(40, 1, "\xff"), "", kTarget},
      {"after.csv.gz", gzipped(table_with(0, "")) + "garbage", "", kTarget},
      {"ending.xyz", table_with(0, ""), "ending", kTarget, 2},
      {"noending", table_with(0, ""), "--format", kTarget, 2},
      {"wide.csv", "\xff\xfex\0,\0y\0\n\0", "", kTarget},
  });
}

TEST_F(BadTable, CannotBeRead) {
  const std::string model = folder_.path("m.json");
  expect_failure({"fit", folder_.path("absent.csv"), "--target", "y", "-o", model}, 4, {"absent.csv", "No such file"});
  expect_failure({"fit", folder_.path("absent.gz"), "--target", "y", "-o", model}, 4, {"absent.gz"});
  expect_failure({"fit", folder_.path("absent.xyz"), "--target", "y", "-o", model}, 4, {"absent.xyz"});
  std::filesystem::create_directory(folder_.path("folder.csv"));
  expect_failure({"fit", folder_.path("folder.csv"), "--target", "y", "-o", model}, 4, {"folder.csv", "directory"});
  expect_failure({"fit", folder_.path("folder.csv/x.csv"), "--target", "y", "-o", model}, 4, {"folder.csv/x.csv"});
  expect_failure({"fit", "", "--target", "y", "-o", model}, 4, {"cannot be opened"});
}

TEST_F(BadTable, Records) {
  expect_bad_fits({
      {"header.csv", "x,z,y\n", "no rows", kTarget},
      {"short.csv", table_with(7, "1,2"), "record 7, line 8", kTarget},
      {"long.csv", table_with(7, "1,2,1,4"), "record 7, line 8", kTarget},
      {"quote.csv", table_with(9, "1,\"2,1"), "line 10", kTarget},
      {"inside.csv", table_with(9, "1,\"2\"3,1"), "record 9, line 10", kTarget},
      {"multiline.csv", "x,n,y\n1,\"a\nb\",0\n1,2\n", "record 2, line 4", kTarget},
      {"twice.csv", "x,x,y\n1,2,3\n", "'x'", kTarget},
      {"trimmed.csv", "x, x ,y\n1,2,3\n", "'x'", kTarget},
      {"inf.csv", table_with(3, "inf,1,1"), "record 3, line 4, column 'x'", kTarget},
      {"minus.csv", table_with(3, "1,-Infinity,1"), "record 3, line 4, column 'z'", kTarget},
      {"overflow.csv", table_with(40, "1e999,1,1"), "record 40, line 41, column 'x'", kTarget},
      {"tab.csv", "a\tb\n1\t2\n", "column 'y'", kTarget},
      {"weird.csv", "x;z;y\n1;2;3\n1;2\n", "record 2, line 3", {"--target", "y", "--delimiter", ";"}},
  });
}

TEST_F(BadTable, Targets) {
  const std::string word = table_with(2, "1,1,word");
  expect_bad_fits({
      {"t.csv", table_with(0, ""), "column 'absent'", {"--target", "absent"}},
      {"case.csv", table_with(0, ""), "column 'Y'", {"--target", "Y"}},
      {"several.csv", table_with(0, ""), "column 'b'", {"--target", "y,b"}},
      {"missing.csv", "x,y\n1,\n2,NA\n3,?\n", "column 'y'", kTarget},
      {"constant.csv", "x,y\n1,2.5\n2,2.5\n3,2.5\n", "column 'y': the target is 2.5 in every row", kTarget},
      {"one_class.csv", "x,y\n1,a\n2,a\n3,a\n", "column 'y': the target is 'a' in every row", kTarget},
      {"one_row.csv", "x,y\n1,2\n", "column 'y'", kTarget},
      {"words.csv", word, "column 'y'", {"--target", "y", "--task", "regression"}},
      {"three.csv", word, "column 'y'", {"--target", "y", "--task", "binary"}},
      {"labels.csv", "a,b,x\n1,0,1\n2,1,3\n", "record 2, line 3, column 'a'", {"--target", "a,b"}},
      {"inf.csv", table_with(3, "1,1,inf"), "record 3, line 4, column 'y'", kTarget},
  });
}

TEST_F(BadTable, Columns) {
  const std::string good = table_with(0, "");
  expect_bad_fits({
      {"only.csv", "y\n1\n2\n3\n", "no column is left", kTarget},
      {"all.csv", good, "no column is left", {"--target", "y", "--drop", "x,z"}},
      {"void.csv", "x,y\n,1\n,2\n,3\n", "no column is left", kTarget},
      {"numbers.csv", "id,y\n1,5\n2,6\n3,4\n", "no column is left", kTarget},
      {"drop.csv", good, "column 'no'", {"--target", "y", "--drop", "no"}},
      {"keep.csv", good, "column 'no'", {"--target", "y", "--keep", "no"}},
      {"id.csv", good, "column 'no'", {"--target", "y", "--id", "no"}},
      {"weights.csv", good, "column 'no'", {"--target", "y", "--weights", "no"}},
      {"error.csv", table_with(4, "1,,1"), "record 4, line 5, column 'z'", {"--target", "y", "--missing", "error"}},
      {"dropped.csv", "x,z,y\n1,,0\n,1,1\n", "every row", {"--target", "y", "--missing", "drop"}},
      {"role.csv", good, "'x'", {"--target", "y", "--id", "x", "--weights", "x"}, 2},
  });
}

TEST_F(BadTable, Weights) {
  const Arguments flags{"--target", "y", "--weights", "z"};
  std::string zeros = "x,z,y\n";
  for (int i = 0; i < 40; ++i) zeros += fmt::format("{},0,{}\n", i * 0.5, i % 2);
  expect_bad_fits({
      {"negative.csv", table_with(6, "1,-1,1"), "record 6, line 7, column 'z'", flags},
      {"missing.csv", table_with(6, "1,,1"), "record 6, line 7, column 'z'", flags},
      {"word.csv", table_with(6, "1,one,1"), "record 6, line 7, column 'z'", flags},
      {"inf.csv", table_with(6, "1,inf,1"), "record 6, line 7, column 'z'", flags},
      {"zeros.csv", zeros, "column 'z': the row weights of the training rows sum to 0", flags},
  });
}

/// Rows of 1e308 have sums that overflow: whatever comes of it, no crash and no model of NaN.
TEST_F(BadTable, NumbersNearTheLargest) {
  for (const char* cell : {"1e308", "-1.7e308", "4e-324"}) {
    const std::string table = folder_.write("t.csv", table_with(3, fmt::format("{},1,1", cell)));
    for (const char* task : {"binary", "regression"}) {
      const std::string model = folder_.path("m.json");
      const Outcome outcome = run_program({"fit", table, "--target", "y", "--task", task, "-o", model, "--json"});
      EXPECT_TRUE(outcome.code == 0 || outcome.code == 5 || outcome.code == 3) << cell << outcome.err;
      if (outcome.code == 3) continue;
      EXPECT_EQ(outcome.out.find("nan"), std::string::npos);
      EXPECT_EQ(run_program({"predict", model, table}).code, 0) << cell;
    }
  }
}

TEST_F(BadTable, TwoRowsAreFittedOrRefusedInOneLine) {
  const std::string table = folder_.write("t.csv", "x,y\n1,2\n2,4\n");
  const Outcome outcome = run_program({"fit", table, "--target", "y", "-q"});
  EXPECT_TRUE(outcome.code == 0 || outcome.code == 3) << outcome.code << outcome.err;
  const Outcome all = run_program(all_train({"fit", table, "--target", "y", "-q"}));
  EXPECT_EQ(all.code, 0) << all.err;
}

/// A line of 200 MB: written as a hole in the file, so that the test costs no disk; the program must not need the
/// whole of it to say what is wrong.
TEST_F(BadTable, ALineWithoutEnd) {
  const std::string path = folder_.write("t.csv", "x,y\n1,2\n3,");
  std::filesystem::resize_file(path, std::uintmax_t{200} << 20);
  expect_failure({"fit", path, "--target", "y", "-q", "-o", folder_.path("m.json")}, 3, {"t.csv", "line 3"});
  std::string row = "x,y\n1,2\n3,\"" + std::string(std::size_t{200} << 20, '7');
  folder_.write("t.csv", row);
  expect_failure({"fit", path, "--target", "y", "-q", "-o", folder_.path("m.json")}, 3, {"t.csv", "line 3"});
}

}  // namespace
}  // namespace plumbline
