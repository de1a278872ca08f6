#include <gtest/gtest.h>

#include "pipeline/tables.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/predict.hpp"

namespace plumbline {
namespace {

enum class Kind { regression, binary, multiclass, multilabel };

/// A table of every kind of column, for every task.
class SavedModel : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    text_ = "x,z,color,a,b,y\n";
    for (std::size_t i = 0; i < 211; ++i) text_ += row(i);
    table_ = folder_.write("t.csv", text_);
  }
  std::string row(std::size_t i) const {
    const std::string y = GetParam() == Kind::regression   ? fmt::format("{}", example_.number[i])
                          : GetParam() == Kind::multiclass ? std::to_string(example_.kind[i])
                                                           : std::to_string(example_.yes[i]);
    return fmt::format("{},{},{},{},{},{}\n", i % 9 == 4 ? "NA" : fmt::format("{}", example_.x[i] * 1e3 + 2000),
                       example_.z[i], i % 5 < 2 ? "red" : "blue", i % 2, example_.kind[i] == 0 ? 1 : 0, y);
  }
  Json fit(const std::string& name, const Arguments& more = {}) {
    Arguments arguments{
        "fit", table_, "--target", GetParam() == Kind::multilabel ? "b,y" : "y", "-o", folder_.path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }

  TemporaryFolder folder_;
  const Example example_{211};
  std::string text_, table_;
};

INSTANTIATE_TEST_SUITE_P(EveryTask, SavedModel,
                         ::testing::Values(Kind::regression, Kind::binary, Kind::multiclass, Kind::multilabel));

TEST_P(SavedModel, ReproducesTheFiguresOfTheFitToTheLastDigit) {
  const Json fitted = fit("m.json", {"--save-split", folder_.path("s.csv")});
  const std::vector<std::string> parts = column_of_csv(read_text(folder_.path("s.csv")), "part");
  for (const char* part : {"train", "test"}) {
    std::string rows = "x,z,color,a,b,y\n";
    for (std::size_t i = 0; i < 211; ++i) rows += parts[i] == part ? row(i) : "";
    const Json evaluated = json_of({"evaluate", folder_.path("m.json"), folder_.write("p.csv", rows)});
    EXPECT_EQ(evaluated["metrics"]["test"], fitted["metrics"][part]) << part;
    if (part == std::string("test")) {
      EXPECT_EQ(evaluated["confusion"], fitted["confusion"]);
    }
  }
}

TEST_P(SavedModel, RoundTrips) {
  fit("m.json");
  const std::string text = read_text(folder_.path("m.json"));
  EXPECT_EQ(to_json(load_model(folder_.path("m.json"))), text);
}

TEST_P(SavedModel, IsTheSameBytesForAnyThreadsAndBlocks) {
  fit("m.json");
  const std::string expected = without_seconds(read_text(folder_.path("m.json")));
  const std::string predicted = run_program({"predict", folder_.path("m.json"), table_}).out;
  for (const char* threads : {"1", "2", "4"}) {
    for (const char* block_rows : {"1", "3", "100"}) {
      const Arguments machine{"--threads", threads, "--block-rows", block_rows};
      fit("n.json", machine);
      EXPECT_EQ(without_seconds(read_text(folder_.path("n.json"))), expected) << threads << " " << block_rows;
      Arguments predict{"predict", folder_.path("m.json"), table_};
      predict.insert(predict.end(), machine.begin(), machine.end());
      EXPECT_EQ(run_program(predict).out, predicted);
    }
  }
}

TEST_P(SavedModel, PredictsWhatTheLibraryPredicts) {
  fit("m.json");
  const LinearModel model = load_model(folder_.path("m.json"));
  const Predictions predictions = predict(model, table_, TableOptions());
  ASSERT_EQ(predictions.rows, 211U);
  const std::string csv = run_program({"predict", folder_.path("m.json"), table_}).out;
  const std::string column = GetParam() == Kind::regression   ? "prediction"
                             : GetParam() == Kind::multilabel ? "p_b"
                                                              : "p_0";
  const std::vector<double> printed = numbers_of_csv(csv, column);
  const std::vector<double>& figures = GetParam() == Kind::regression ? predictions.eta : predictions.p;
  const std::size_t width = figures.size() / 211;
  for (std::size_t i = 0; i < 211; ++i) EXPECT_EQ(printed[i], figures[i * width]);
}

/// Saving, predicting and evaluating name the same rows.
TEST(SavedModelIds, NameTheRowsOfPredictions) {
  const TemporaryFolder folder;
  const Example example(30);
  std::string text = "x,who,y\n";
  for (std::size_t i = 0; i < 30; ++i) text += fmt::format("{},\"n, {}\",{}\n", example.x[i], i, example.number[i]);
  const std::string table = folder.write("t.csv", text), model = folder.path("m.json");
  json_of({"fit", table, "--target", "y", "--id", "who", "-o", model});
  const std::string csv = run_program({"predict", model, table, "--id", "who"}).out;
  EXPECT_EQ(csv.rfind("who,prediction,lower,upper\n\"n, 0\",", 0), 0U) << csv.substr(0, 50);
}

}  // namespace
}  // namespace plumbline
