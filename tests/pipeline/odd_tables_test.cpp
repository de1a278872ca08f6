#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/tables.hpp"
#include "plumbline/core/random.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {
namespace {

/// Tables that are fine to read and strange to fit; each was once a wrong answer.
class OddTables : public ::testing::Test {
 protected:
  Json fit(const std::string& text, Arguments more, int code = 0) {
    Arguments arguments{"fit", folder_.write("t.csv", text)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments, code);
  }
  static double noise(std::uint64_t stream, std::uint64_t i) { return random_unit(7, stream, i) - 0.5; }

  TemporaryFolder folder_;
};

TEST_F(OddTables, ALabelThatNeverChangesIsBadData) {
  std::string text = "a,p,q\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i % 7) + (i % 3 == 0 ? ",1,0\n" : ",0,0\n");
  const Outcome outcome = run_program({"fit", folder_.write("t.csv", text), "--target", "p,q"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("column 'q'"), std::string::npos) << outcome.err;
}

TEST_F(OddTables, ALabelThatNeverChangesAmongTheTrainingRowsIsSeparated) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < 80; ++i) {
    x.push_back(noise(1, i));
    y.push_back(noise(2, i) + x[i] > 0 ? 1 : 0);
    y.push_back(1);
  }
  MemorySource rows(DenseView{x.data(), 80, 1, 1, Scalar::f64, 1.0}, y.data(), 2, nullptr);
  RowsMeaning meaning;
  meaning.task = Task::multilabel;
  meaning.targets = {"p", "q"};
  const LinearModel model = fit_rows(rows, meaning, {});
  EXPECT_EQ(model.report.verdict, Verdict::separated);
  ASSERT_EQ(model.report.separated.size(), 1U);
  EXPECT_EQ(model.report.separated[0].feature, "(intercept)");
  EXPECT_EQ(model.report.separated[0].label, "q");
  EXPECT_EQ(model.report.separated[0].direction, '+');
}

TEST_F(OddTables, WithoutAnInterceptOneFactorKeepsAllItsLevels) {
  std::string text = "g,h,a,y\n";
  const char* const g[] = {"u", "v", "w"};
  const char* const h[] = {"p", "q"};
  for (std::size_t i = 0; i < 60; ++i) {
    text += std::string(g[i % 3]) + "," + h[i / 3 % 2] + "," + std::to_string(noise(3, i)) + "," +
            std::to_string(noise(4, i)) + "\n";
  }
  const Json result = fit(text, {"--target", "y", "--no-intercept", "--test", "0", "--calibration", "0"});
  EXPECT_EQ(result["fit"]["verdict"], "optimal");
  EXPECT_EQ(result["data"]["features"], 5);  // u, v, w, h=q, a: as R's model.matrix(~ 0 + g + h + a)
}

TEST_F(OddTables, TheObjectiveSaysWhenThereIsNoIntercept) {
  std::string text = "a,y\n";
  for (std::size_t i = 0; i < 40; ++i) text += std::to_string(noise(5, i)) + "," + std::to_string(noise(6, i)) + "\n";
  const Json result = fit(text, {"--target", "y", "--no-intercept", "--l2", "0.1"});
  const std::string objective = result["model"]["objective"];
  EXPECT_NE(objective.find("the scaled features, no intercept"), std::string::npos) << objective;
}

TEST_F(OddTables, ARowOfNoWeightIsNotThere) {
  std::string with = "a,s,y\n", without = with;
  for (std::size_t i = 0; i < 40; ++i) {
    const std::string row = std::to_string(noise(7, i)) + ",1," + std::to_string(noise(8, i)) + "\n";
    with += row;
    without += row;
  }
  with += "1e200,0,5\n";
  const Arguments flags{"--target", "y", "--weights", "s", "--test", "0", "--calibration", "0"};
  const Json a = fit(with, flags), b = fit(without, flags);
  EXPECT_EQ(a["fit"]["verdict"], "optimal");
  // The same rows in the same order: the same sums.
  EXPECT_EQ(a["fit"]["objective"], b["fit"]["objective"]);
}

TEST_F(OddTables, SeparationIsSeenPastARowOfNoWeight) {
  std::string text = "a,s,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i) + ",1," + (i < 20 ? "no" : "yes") + "\n";
  text += "39,0,no\n";
  const Json result =
      fit(text, {"--target", "y", "--weights", "s", "--l2", "0", "--test", "0", "--calibration", "0"}, 5);
  EXPECT_EQ(result["fit"]["verdict"], "separated");
}

TEST_F(OddTables, APartDependsOnTheRecordNumberAlone) {
  std::string text = "a,y\n";
  for (std::size_t i = 0; i < 100; ++i) {
    text += (i == 3 ? "" : std::to_string(noise(9, i))) + "," + std::to_string(noise(10, i)) + "\n";
  }
  const auto parts = [&](const std::string& missing) {
    const std::string path = folder_.path("split_" + missing + ".csv");
    (void)fit(text, {"--target", "y", "--missing", missing, "--save-split", path});
    return column_of_csv(read_text(path), "part");
  };
  const std::vector<std::string> all = parts("impute"), dropped = parts("drop");
  std::size_t moved = 0;
  for (std::size_t i = 0; i < all.size(); ++i) moved += all[i] != dropped[i] ? 1 : 0;
  // The dropped row itself, and at most two that take its place in the order of the hash.
  EXPECT_EQ(dropped[3], "dropped");
  EXPECT_LE(moved, 3U);
}

TEST_F(OddTables, CollinearColumnsOfALogisticFitAreNamed) {
  std::string text = "a,twice,y\n";
  for (std::size_t i = 0; i < 80; ++i) {
    const double a = noise(11, i);
    text += std::to_string(a) + "," + std::to_string(2 * std::stod(std::to_string(a))) +
            (noise(12, i) + a / 4 > 0 ? ",yes\n" : ",no\n");
  }
  const Json result = fit(text, {"--target", "y", "--l2", "0", "--test", "0", "--calibration", "0"});
  EXPECT_EQ(result["fit"]["verdict"], "rank_deficient");
  ASSERT_EQ(result["fit"]["collinear"].size(), 1U);
  EXPECT_EQ(result["fit"]["collinear"][0].size(), 2U);
}

TEST_F(OddTables, AMistypedCellIsPointedOut) {
  std::string text = "a,b,y\n";
  for (std::size_t i = 0; i < 150; ++i) {
    text += (i == 120 ? "1.2.3" : std::to_string(noise(13, i))) + "," + std::to_string(noise(14, i)) + "," +
            std::to_string(noise(15, i)) + "\n";
  }
  const Json result = fit(text, {"--target", "y"});
  ASSERT_EQ(result["data"]["left_out"].size(), 1U);
  const std::string why = result["data"]["left_out"][0]["why"];
  EXPECT_NE(why.find("mistyped"), std::string::npos) << why;
}

TEST_F(OddTables, SparseRowsHaveNoNamedColumns) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += (i % 2 == 0 ? "+1 1:" : "-1 2:") + std::to_string(1 + i % 5) + "\n";
  const std::string table = folder_.write("t.svm", text), model = folder_.path("m.json");
  EXPECT_EQ(run_program({"fit", table, "--id", "f1"}).code, 2);
  EXPECT_EQ(run_program({"fit", table, "-o", model}).code, 0);
  EXPECT_EQ(run_program({"predict", model, table, "--id", "f1"}).code, 2);
  (void)fit("f1,f2,y\n1,2,3\n2,1,4\n3,1,1\n4,5,9\n1,7,2\n",
            {"--target", "y", "--test", "0", "--calibration", "0", "-o", folder_.path("d.json")});
  EXPECT_EQ(run_program({"evaluate", folder_.path("d.json"), table}).code, 3);
}

TEST_F(OddTables, RowsInMemoryAreCheckedBeforeTheFit) {
  const std::vector<double> x{1, 2, 3, 4};
  RowsMeaning meaning;
  meaning.task = Task::multiclass;
  meaning.classes = {"a", "b", "c"};
  for (const double wrong : {3.0, -1.0, 0.5, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> y{0, 1, 2, wrong};
    MemorySource rows(DenseView{x.data(), 4, 1, 1, Scalar::f64, 1.0}, y.data(), 1, nullptr);
    EXPECT_THROW((void)fit_rows(rows, meaning, {}), std::invalid_argument) << wrong;
  }
}

TEST_F(OddTables, TrainingRowsThatAllSayTheSameAreBadData) {
  const Outcome outcome = run_program({"fit", folder_.write("t.csv", "a,y\n1,2\n2,3\n3,5\n"), "--target", "y"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("--test 0 --calibration 0"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace plumbline
