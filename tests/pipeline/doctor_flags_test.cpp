// What the flags of `plumbline doctor` change, and the formats that it reads.
#include <gtest/gtest.h>

#include "cli/child.hpp"
#include "pipeline/doctor_tables.hpp"
#include "plumbline/diagnostics/doctor_options.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kDoctorRows = 240;

/// A table with a bit of everything, none of it far from its threshold.
TableText mixed() {
  return TableText(kDoctorRows)
      .add_clean()
      .add("near", [](std::size_t i) { return draw('a', i) + 0.1 * draw(20, i); })
      .add_text("gaps", [](std::size_t i) { return i % 24 == 5 ? "" : fmt::format("{}", draw(21, i)); })
      .add("late", [](std::size_t i) { return (i % 16 == 3 ? 1 : 0) + 0.65 * draw(22, i); })
      .add_text("y", [](std::size_t i) { return i % 16 == 3 ? "hit" : "no"; });
}

class DoctorFlags : public DoctorCommandTest {
 protected:
  bool finds(const TableText& table, const std::string& kind, const Arguments& more) {
    Arguments flags = more;
    flags.insert(flags.end(), {"--separation", "off"});
    const Json result = doctor(table, flags);
    for (const Json& finding : result["findings"]) {
      if (finding["kind"] == kind) return true;
    }
    return false;
  }
};

TEST_F(DoctorFlags, EveryThresholdDecides) {
  struct Case {
    const char* kind;
    Arguments strict, loose;
  };
  const std::vector<Case> cases{
      {"leak", {"--leak-auc", "0.8"}, {"--leak-auc", "1"}},
      {"leak", {"--leak-auc", "0.8"}, {"--leak-auc", "0.8", "--least-rows", "50"}},
      {"near_duplicate", {"--near-duplicate", "0.9"}, {"--near-duplicate", "1"}},
      {"near_collinear_set",
       {"--condition-index", "5", "--near-duplicate", "1"},
       {"--condition-index", "500", "--near-duplicate", "1"}},
      {"near_collinear_set",
       {"--condition-index", "5", "--variance-proportion", "0.5"},
       {"--condition-index", "5", "--variance-proportion", "1"}},
      {"inflated_variance", {"--vif", "5"}, {"--vif", "1e6"}},
      {"missing_values", {"--missing-share", "0"}, {"--missing-share", "0.1"}},
      {"class_imbalance", {"--class-ratio", "10"}, {"--class-ratio", "16"}},
      {"outlying_rows", {"--leverage-multiple", "1"}, {"--leverage-multiple", "1e9"}},
      {"outlying_rows", {"--leverage-multiple", "1"}, {"--leverage-multiple", "1", "--rows", "off"}},
  };
  for (const Case& each : cases) {
    EXPECT_TRUE(finds(mixed(), each.kind, each.strict)) << each.kind << " " << each.strict[0];
    EXPECT_FALSE(finds(mixed(), each.kind, each.loose)) << each.kind << " " << each.loose[0];
  }
  const TableText sum = TableText(kDoctorRows)
                            .add_clean()
                            .add("sum", [](std::size_t i) { return draw('a', i) + draw('b', i) + 1e-5 * draw(20, i); })
                            .add_number();
  EXPECT_TRUE(finds(sum, "collinear_set", {"--dependent", "1e-4"}));
  EXPECT_FALSE(finds(sum, "collinear_set", {}));
  const TableText grid = TableText(kDoctorRows)
                             .add("a", [](std::size_t i) { return static_cast<double>(i * 7 % 13); })
                             .add("y", [](std::size_t i) { return 0.5 + static_cast<double>(i * 5 % 11); });
  EXPECT_TRUE(finds(grid, "duplicate_rows", {"--duplicate-rows", "97"}));  // 240 rows of 143 kinds
  EXPECT_FALSE(finds(grid, "duplicate_rows", {"--duplicate-rows", "98"}));
  const TableText fee = TableText(kDoctorRows).add_clean().add_number().add("fee", [](std::size_t i) {
    return draw('a', i) - draw('b', i) + draw(9, i) + 0.2 * draw(20, i);
  });
  EXPECT_TRUE(finds(fee, "leak", {"--leak-r2", "0.9"}));
  EXPECT_FALSE(finds(fee, "leak", {}));
}

TEST_F(DoctorFlags, DefaultsAndRangesAreThoseOfTheLibrary) {
  const std::string help = run_program({"doctor", "--help"}).out;
  const Json thresholds = doctor(mixed())["thresholds"];
  const DoctorOptions defaults;
  for (const DoctorThreshold& threshold : doctor_thresholds()) {
    const std::string flag = std::string("--") + threshold.name;
    EXPECT_NE(help.find(flag + " X"), std::string::npos) << flag;
    std::string key = threshold.name;
    std::replace(key.begin(), key.end(), '-', '_');
    EXPECT_EQ(thresholds[key], defaults.*threshold.value);
    for (const std::string& value : {fmt::format("{}", threshold.least - 1), std::string("nan"), std::string("x")}) {
      const Outcome refused = run_program({"doctor", "t.csv", "--target", "y", flag, value});
      EXPECT_EQ(refused.code, 2) << flag;
      EXPECT_NE(refused.err.find(flag + " must be a number"), std::string::npos) << refused.err;
    }
  }
}

TEST_F(DoctorFlags, WidthAndRowsNamed) {
  const Json narrow = doctor(mixed(), {"--widest", "3", "--separation", "off"});
  EXPECT_TRUE(narrow["rank"].is_null());
  EXPECT_FALSE(narrow["rank_reason"].is_null());
  EXPECT_EQ(narrow["notes"].size(), 1U);
  const Json rows = doctor(mixed(), {"--leverage-multiple", "1", "--rows-named", "3", "--separation", "off"});
  EXPECT_EQ(rows["findings"].back()["rows"].size(), 3U);
}

TEST_F(DoctorFlags, ColumnsAreThoseOfAFitWithTheSameFlags) {
  const TableText table =
      TableText(kDoctorRows)
          .add_clean()
          .add("weight", [](std::size_t i) { return static_cast<double>(i % 10 == 0 ? 0 : 1 + i % 3); })
          .add("id", [](std::size_t i) { return static_cast<double>(i + 1); })
          .add_text("color", [](std::size_t i) { return i % 3 == 0   ? "red"
                                                        : i % 3 == 1 ? "green"
                                                                     : "blue"; })
          .add_text("gaps", [](std::size_t i) { return i % 24 == 5 ? "" : fmt::format("{}", draw(21, i)); })
          .add_number();
  for (const Arguments& flags : std::vector<Arguments>{{},
                                                       {"--drop", "weight,c"},
                                                       {"--keep", "id"},
                                                       {"--poly", "a=3"},
                                                       {"--missing", "drop"},
                                                       {"--weights", "weight"},
                                                       {"--max-levels", "2"},
                                                       {"--no-intercept"},
                                                       {"--missing-values", "red"},
                                                       {"--id", "color"}}) {
    const Json found = doctor(table, flags);
    Arguments fit = all_train({"fit", folder_.path("t.csv"), "--target", "y"});
    fit.insert(fit.end(), flags.begin(), flags.end());
    const Json fitted = json_of(fit);
    const std::string which = flags.empty() ? "no flags" : flags[0];
    EXPECT_EQ(found["data"]["features"], fitted["data"]["features"]) << which;
    EXPECT_EQ(found["data"]["rows"], fitted["data"]["rows"]) << which;
    EXPECT_EQ(found["data"]["dropped_rows"], fitted["data"]["dropped_rows"]) << which;
    std::size_t left_out = 0;
    for (const Json& column : found["columns"]) left_out += column["left_out"].is_null() ? 0 : 1;
    EXPECT_EQ(left_out, fitted["data"]["left_out"].size()) << which;
  }
  EXPECT_EQ(doctor(table, {"--weights", "weight"})["data"]["weight_sum"], 432);
  EXPECT_EQ(doctor(table, {"--no-intercept", "--drop", "color,gaps,id"})["rank"], 4);
  EXPECT_EQ(doctor(table, {"--poly", "a=3", "--drop", "color,gaps,id,weight"})["rank"], 6);
}

TEST_F(DoctorFlags, TheTaskIsSettable) {
  const TableText grades = TableText(kDoctorRows).add_clean().add("y", [](std::size_t i) {
    return std::floor(2 * draw('a', i) + 2 * draw(9, i));
  });
  EXPECT_EQ(doctor(grades)["data"]["task"], "multiclass");
  const Json number = doctor(grades, {"--task", "regression"});
  EXPECT_EQ(number["data"]["task"], "regression");
  EXPECT_TRUE(number["classes"].is_null());
}

TEST_F(DoctorFlags, ThreadsAndBlocksChangeNothing) {
  const std::string path = folder_.write("t.csv", mixed().str());
  const std::string expected = run_program({"doctor", path, "--target", "y", "--json"}).out;
  for (const Arguments& flags : std::vector<Arguments>{{"--threads", "1"}, {"--block-rows", "7"}}) {
    Arguments arguments{"doctor", path, "--target", "y", "--json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    EXPECT_EQ(run_program(arguments).out, expected) << flags[0];
  }
}

TEST_F(DoctorFlags, EveryFormat) {
  std::string csv = "f1,f2,f3,y\n", svm, labels;
  std::vector<double> cells, target;
  std::string bytes;
  for (std::size_t i = 0; i < kDoctorRows; ++i) {
    const int first = static_cast<int>(127 + 120 * draw(1, i)), second = static_cast<int>(60 + 50 * draw(2, i));
    const int kind = draw(1, i) + draw(3, i) > 0 ? 1 : 0;
    csv += fmt::format("{},{},{},{}\n", first, second, first, kind);
    svm += fmt::format("{} 1:{} 2:{} 3:{}\n", kind, first, second, first);
    cells.insert(cells.end(), {double(first), double(second), double(first)});
    target.push_back(kind);
    bytes += {static_cast<char>(first), static_cast<char>(second), static_cast<char>(first)};
    labels.push_back(static_cast<char>(kind));
  }
  const std::string expected = "duplicate_columns";
  const auto kind_of = [](const Json& result) { return result["findings"].at(0)["kind"].get<std::string>(); };
  EXPECT_EQ(kind_of(json_of({"doctor", folder_.write("t.csv", csv), "--target", "y"})), expected);
  EXPECT_EQ(kind_of(json_of({"doctor", folder_.write("t.csv.gz", gzipped(csv)), "--target", "y"})), expected);
  EXPECT_EQ(kind_of(json_of({"doctor", folder_.write("t.svm", svm)})), expected);
  const std::string x = folder_.write("x.npy", npy_f8(kDoctorRows, 3, cells));
  const std::string y = folder_.write("y.npy", npy_f8(kDoctorRows, 0, target));
  EXPECT_EQ(kind_of(json_of({"doctor", x, "--labels", y})), expected);
  const std::string images = folder_.write("t-images-idx3-ubyte", idx_bytes({kDoctorRows, 1, 3}, bytes));
  folder_.write("t-labels-idx1-ubyte", idx_bytes({kDoctorRows}, labels));
  EXPECT_EQ(kind_of(json_of({"doctor", images})), expected);
  const std::string out = folder_.path("out.json"), table = folder_.path("t.csv");
  Child child({"doctor", "-", "--target", "y", "--json", "-q"}, [&] {
    redirect(STDIN_FILENO, table);
    redirect(STDOUT_FILENO, out);
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(kind_of(Json::parse(read_text(out))), expected);
}

}  // namespace
}  // namespace plumbline
