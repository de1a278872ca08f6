#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/run_program.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A folder with a table: x decides y but for noise, so that the fit is neither trivial nor separated.
class EndToEnd : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "plumbline-cli-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream table(at("t.csv"));
    table << "key,x,color,y,z\n";
    for (int i = 0; i < 200; ++i) {
      const double x = std::sin(i * 1.7) * 2;
      const bool yes = x + std::cos(i * 2.3) > 0;
      table << "k" << i << "," << x << "," << (i % 3 == 0 ? "red" : "blue") << "," << (yes ? "yes" : "no") << ","
            << 3 * x + std::cos(i * 0.9) << "\n";
    }
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(folder_), {}); }
  Outcome fit_binary(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"fit", at("t.csv"), "--target", "y", "--drop", "z", "--id", "key"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }

  fs::path folder_;
};

TEST_F(EndToEnd, FitPredictEvaluateInspect) {
  const Outcome fitted = fit_binary({"-o", at("m.json"), "--json", "-q"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_EQ(fitted.err, "");
  EXPECT_EQ(json::parse(fitted.out)["fit"]["verdict"], "optimal");

  const Outcome predicted = run_program({"predict", at("m.json"), at("t.csv"), "--id", "key"});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_EQ(predicted.out.rfind("key,prediction,p_no,p_yes,set\nk0,", 0), 0U) << predicted.out.substr(0, 100);
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 201);

  const Outcome summary =
      run_program({"predict", at("m.json"), at("t.csv"), "--id", "key", "-o", at("p.csv"), "--json"});
  ASSERT_EQ(summary.code, 0) << summary.err;
  EXPECT_EQ(json::parse(summary.out)["data"]["predicted_rows"], 200);
  std::ifstream file(at("p.csv"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), predicted.out);

  const Outcome evaluated = run_program({"evaluate", at("m.json"), at("t.csv"), "--json"});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_GT(json::parse(evaluated.out)["metrics"]["test"]["accuracy"], 0.7);
  const Outcome inspected = run_program({"inspect", at("m.json"), "--json"});
  EXPECT_TRUE(json::parse(inspected.out)["coefficients"].contains("x"));
  EXPECT_EQ(entries(), 3);
}

TEST_F(EndToEnd, NotesGoToStandardErrorUnlessQuiet) {
  std::ofstream(at("gaps.csv")) << "x,y\n1,2\n,3\n3,5\n4,4\n6,6\n5,5.5\n7,8\n9,7\n8,10\n2,2.5\n";
  const std::vector<std::string> fit{"fit", at("gaps.csv"),  "--target", "y",  "--test",
                                     "0",   "--calibration", "0",        "-o", at("m.json")};
  const std::vector<std::string> evaluate{"evaluate", at("m.json"), at("gaps.csv")};
  const std::vector<std::string> predict{"predict", at("m.json"), at("gaps.csv")};
  for (std::vector<std::string> arguments : {fit, evaluate, predict}) {
    const Outcome told = run_program(arguments);
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_EQ(told.err, "note: column 'x': 1 cell missing, imputed\n") << arguments[0];
    EXPECT_EQ(told.out.find("note"), std::string::npos) << told.out;
    arguments.push_back("-q");
    EXPECT_EQ(run_program(arguments).err, "") << arguments[0];
  }
  EXPECT_EQ(json::parse(run_program({"evaluate", at("m.json"), at("gaps.csv"), "--json"}).out)["notes"].size(), 1U);
}

TEST_F(EndToEnd, EvaluateReproducesTheFiguresOfTheTestFile) {
  const Outcome fitted = fit_binary({"-o", at("m.json"), "--json", "--test-data", at("t.csv")});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  const Outcome evaluated = run_program({"evaluate", at("m.json"), at("t.csv"), "--json"});
  EXPECT_EQ(json::parse(fitted.out)["metrics"]["test"], json::parse(evaluated.out)["metrics"]["test"]);
}

TEST_F(EndToEnd, ADoubtfulFitIsWrittenAndFive) {
  const Outcome fitted = fit_binary({"-o", at("m.json"), "--solver", "gd", "--max-iterations", "3"});
  EXPECT_EQ(fitted.code, 5) << fitted.err;
  EXPECT_EQ(run_program({"inspect", at("m.json")}).code, 0);
}

TEST_F(EndToEnd, BadDataIsThreeAndLeavesNothing) {
  EXPECT_EQ(run_program({"fit", at("t.csv"), "--target", "absent", "-o", at("m.json")}).code, 3);
  std::ofstream(at("ragged.csv")) << "x,y\n1,2\n3\n";
  const Outcome ragged = run_program({"fit", at("ragged.csv"), "--target", "y", "-o", at("m.json")});
  EXPECT_EQ(ragged.code, 3);
  EXPECT_EQ(ragged.out, "");
  EXPECT_EQ(std::count(ragged.err.begin(), ragged.err.end(), '\n'), 1) << ragged.err;
  EXPECT_EQ(entries(), 2);
}

TEST_F(EndToEnd, AnUnreadableTableIsFour) {
  EXPECT_EQ(run_program({"fit", at("absent.csv"), "--target", "y", "-o", at("m.json")}).code, 4);
  EXPECT_EQ(run_program({"fit", folder_.string(), "--target", "y"}).code, 4);
  EXPECT_EQ(entries(), 1);
}

TEST_F(EndToEnd, AFullDiskIsFour) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_EQ(fit_binary({"-o", "/dev/full"}).code, 4);
}

}  // namespace
}  // namespace plumbline
