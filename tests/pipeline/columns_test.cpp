#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

/// 120 rows: row numbers, a free text, a color, numbers, and a target.
class Columns : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string text = "rownames,comment,color,x,year,y\n";
    for (std::size_t i = 0; i < 120; ++i) text += row(i, kColors[i % 3], fmt::format("{}", example_.x[i]));
    table_ = folder_.write("t.csv", text);
  }
  std::string row(std::size_t i, const std::string& color, const std::string& x) const {
    return fmt::format("{},note {},{},{},{},{}\n", i + 1, i, color, x, i + 1,
                       example_.number[i] + static_cast<double>(i % 3));
  }
  Json fit(const Arguments& more) {
    Arguments arguments = all_train({"fit", table_, "--target", "y", "-o", folder_.path("m.json")});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }
  std::vector<std::string> features() {
    std::vector<std::string> names;
    const auto inspected =
        nlohmann::ordered_json::parse(run_program({"inspect", folder_.path("m.json"), "--json"}).out);
    for (const auto& entry : inspected["coefficients"].items()) names.push_back(entry.key());
    return names;
  }

  using Names = std::vector<std::string>;
  static constexpr const char* kColors[] = {"red", "blue", "green"};
  TemporaryFolder folder_;
  const Example example_{120};
  std::string table_;
};

TEST_F(Columns, IdentifiersAreLeftOutAndSaid) {
  const Json fitted = fit({});
  EXPECT_EQ(features(), (Names{"color=green", "color=red", "x", "year"}));
  ASSERT_EQ(fitted["data"]["left_out"].size(), 2U);
  EXPECT_EQ(fitted["data"]["left_out"][0]["column"], "rownames");
  EXPECT_EQ(fitted["data"]["left_out"][1]["column"], "comment");
  EXPECT_NE(fitted["notes"].dump().find("rownames"), std::string::npos);
}

TEST_F(Columns, DropAndKeep) {
  EXPECT_TRUE(fit({"--drop", "year,comment", "--keep", "rownames"})["data"]["left_out"].empty());
  EXPECT_EQ(features(), (Names{"rownames", "color=green", "color=red", "x"}));
  fit({"--keep", "comment", "--l2", "1"});
  EXPECT_EQ(features().size(), 120U + 3 + 2);
  fit({"--max-levels", "2"});
  EXPECT_EQ(features(), (Names{"x", "year"}));
  fit({"--id", "year"});
  EXPECT_EQ(features(), (Names{"color=green", "color=red", "x"}));
}

TEST_F(Columns, TheFirstLevelIsTheReferenceWithoutAPenalty) {
  const Json plain = fit({"--drop", "comment"});
  EXPECT_EQ(plain["fit"]["verdict"], "optimal");
  EXPECT_NE(plain["notes"].dump().find("color=blue"), std::string::npos) << plain["notes"];
  fit({"--l2", "0.5"});
  EXPECT_EQ(features(), (Names{"color=blue", "color=green", "color=red", "x", "year"}));
  fit({"--no-intercept"});
  EXPECT_EQ(features(), (Names{"color=blue", "color=green", "color=red", "x", "year"}));
}

/// red → 0, blue → 1, green → 2 on top of the number, in the user's units.
TEST_F(Columns, CoefficientsOfLevelsAreDifferencesToTheReference) {
  fit({"--drop", "year"});
  const Json coefficients = json_of({"inspect", folder_.path("m.json")})["coefficients"];
  // Forty rows a level with a residual sd of about 0.6 (z is not in the table): a standard error near 0.14.
  EXPECT_NEAR(coefficients["color=red"][0], -1, 0.6);
  EXPECT_NEAR(coefficients["color=green"][0], 1, 0.6);
}

TEST_F(Columns, UnseenLevelsAreNoneOfTheKnownAndCounted) {
  fit({"--l2", "0.5", "--drop", "year"});
  std::string text = "rownames,comment,color,x,year,y\n";
  for (const char* color : {"mauve", "red", "mauve"}) text += row(1, color, "0.25");
  const std::string strange = folder_.write("s.csv", text);
  const Outcome outcome = run_program({"predict", folder_.path("m.json"), strange});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("column 'color': 2 cells with a level not seen"), std::string::npos) << outcome.err;
  const Json inspected = json_of({"inspect", folder_.path("m.json")});
  const double intercept = inspected["intercept"][0], slope = inspected["coefficients"]["x"][0];
  // eta is formed about the centre of the columns, the intercept here at 0: rounding of a few terms near 5.
  EXPECT_NEAR(numbers_of_csv(outcome.out, "prediction")[0], intercept + 0.25 * slope, 1e-13);
}

TEST_F(Columns, PredictNeedsItsColumnsByNameOnly) {
  fit({});
  std::string reordered = "y,extra,x,color,year\n", lacking = "color,year\n";
  for (std::size_t i = 0; i < 120; ++i) {
    reordered += fmt::format("?,text {},{},{},{}\n", i, example_.x[i], kColors[i % 3], i + 1);
    lacking += fmt::format("{},{}\n", kColors[i % 3], i + 1);
  }
  const std::string expected = run_program({"predict", folder_.path("m.json"), table_}).out;
  EXPECT_EQ(run_program({"predict", folder_.path("m.json"), folder_.write("r.csv", reordered)}).out, expected);
  const Outcome outcome = run_program({"predict", folder_.path("m.json"), folder_.write("l.csv", lacking)});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("l.csv: column 'x': "), std::string::npos) << outcome.err;
}

TEST_F(Columns, AnAbsentOneIsToldWhatThereIs) {
  const Outcome named = run_program({"fit", table_, "--target", "z"});
  EXPECT_NE(named.err.find("which has rownames, comment, color, x, year, y\n"), std::string::npos) << named.err;
  const std::string bare = folder_.write("bare.csv", table_text(example_, example_.number, ',', ""));
  const Outcome unnamed = run_program({"fit", bare, "--target", "y"});
  EXPECT_EQ(unnamed.code, 3);
  EXPECT_NE(unnamed.err.find("say --no-header"), std::string::npos) << unnamed.err;
}

/// Ten of 60 numbers and six colors missing.
class Missing : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string text = "color,x,y\n";
    for (std::size_t i = 0; i < 60; ++i) {
      text += fmt::format("{},{},{}\n",
                          i % 10 == 7  ? "null"
                          : i % 2 == 0 ? "red"
                                       : "blue",
                          i % 6 == 5 ? "?" : fmt::format("{}", example_.x[i]), example_.number[i]);
    }
    table_ = folder_.write("t.csv", text);
  }
  Outcome fit(const Arguments& more) {
    Arguments arguments = all_train({"fit", table_, "--target", "y", "--json", "-o", folder_.path("m.json")});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }
  std::string predict(const std::string& cells) {
    return run_program({"predict", folder_.path("m.json"), folder_.write("p.csv", "color,x\n" + cells)}).out;
  }

  TemporaryFolder folder_;
  const Example example_{60};
  std::string table_;
};

TEST_F(Missing, ImputeUsesTheMeanAndSaysWhere) {
  ASSERT_EQ(fit({}).code, 0);
  const Json inspected = json_of({"inspect", folder_.path("m.json")});
  EXPECT_TRUE(inspected["coefficients"].contains("x (missing)"));
  EXPECT_TRUE(inspected["coefficients"].contains("color (missing)"));
  double mean = 0;
  for (std::size_t i = 0; i < 60; ++i) mean += i % 6 == 5 ? 0 : example_.x[i] / 50;
  const std::vector<double> p = numbers_of_csv(predict(fmt::format("red,\nred,{}\n", mean)), "prediction");
  EXPECT_NEAR(p[0] - p[1], inspected["coefficients"]["x (missing)"][0], 1e-13);  // rounding of the mean and two sums
}

TEST_F(Missing, EachKindIsSaidAsWhatItIs) {
  const std::string notes = Json::parse(fit({}).out)["notes"].dump();
  EXPECT_NE(notes.find("column 'x': 10 cells missing, imputed"), std::string::npos) << notes;
  EXPECT_NE(notes.find("column 'color': 6 cells missing, taken as a level of its own"), std::string::npos) << notes;
  table_ = folder_.write("c.csv", "color,x,y\nred,1,3\nblue,2,4\nred,3,4\n");
  ASSERT_EQ(fit({"--l2", "1"}).code, 0);
  const std::string incomplete = folder_.write("p.csv", "color,x\n,1\n");
  EXPECT_EQ(run_program({"predict", folder_.path("m.json"), incomplete}).err,
            "note: column 'color': 1 cell with a level not seen in training, taken as none of the known ones\n");
}

TEST_F(Missing, DropLeavesRowsOutAndPredictionsEmpty) {
  const Outcome fitted = fit({"--missing", "drop"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_EQ(Json::parse(fitted.out)["data"]["dropped_rows"], 14);  // 10 + 6, two rows with both
  const std::string csv = predict("red,1\nred,\n,0\nblue,0\n");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  EXPECT_NE(csv.find("\n2,\n3,\n4,"), std::string::npos) << csv;
}

TEST_F(Missing, ErrorNamesTheCell) {
  const Outcome fitted = fit({"--missing", "error"});
  EXPECT_EQ(fitted.code, 3);
  EXPECT_NE(fitted.err.find("t.csv: record 6, line 7, column 'x'"), std::string::npos) << fitted.err;
  EXPECT_FALSE(std::filesystem::exists(folder_.path("m.json")));
}

TEST_F(Missing, ErrorHoldsInPredictToo) {
  table_ = folder_.write("c.csv", table_text(example_, example_.number));
  ASSERT_EQ(fit({"--missing", "error"}).code, 0);
  const Outcome outcome = run_program({"predict", folder_.path("m.json"), folder_.write("p.csv", "x,z\n1,2\n1,\n")});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("p.csv: record 2, line 3, column 'z'"), std::string::npos) << outcome.err;
}

/// A column that was complete in training is filled with its mean.
TEST_F(Missing, FirstMetInPredict) {
  table_ = folder_.write("c.csv", table_text(example_, example_.number));
  ASSERT_EQ(fit({}).code, 0);
  double mean = 0;
  for (const double z : example_.z) mean += z / 60;
  const Outcome outcome =
      run_program({"predict", folder_.path("m.json"), folder_.write("p.csv", fmt::format("x,z\n1,\n1,{}\n", mean))});
  const std::vector<double> p = numbers_of_csv(outcome.out, "prediction");
  EXPECT_NEAR(p[0], p[1], 1e-14);
  EXPECT_NE(outcome.err.find("column 'z': 1 cell missing, imputed"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace plumbline
