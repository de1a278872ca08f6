// `plumbline explain` through the command line: what it says against refits, sums and predictions by the same program.
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/tables.hpp"
#include "plumbline/core/math.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kExplainRows = 120;

class Explain : public ::testing::Test {
 protected:
  /// x, a text column, z with missing cells, and a target.
  template <class Target>
  std::string table(const std::vector<Target>& target, std::size_t left_out = kExplainRows) const {
    std::string text = "key,x,color,z,y\n";
    for (std::size_t i = 0; i < kExplainRows; ++i) {
      if (i == left_out) continue;
      const std::string z = i % 11 == 3 ? "" : fmt::format("{}", example_.z[i]);
      text += fmt::format("k{},{},{},{},{}\n", i, example_.x[i], i % 3 == 0 ? "red" : "blue", z, target[i]);
    }
    return text;
  }
  template <class Target>
  void fit(const std::vector<Target>& target, const Arguments& more = {}, int code = 0) {
    data_ = folder_.write("t.csv", table(target));
    Arguments arguments{"fit", data_, "--target", "y", "--drop", "key", "-o", model_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    json_of(arguments, code);
  }
  Json explain(Arguments more) const {
    Arguments arguments{"explain", model_, data_, data_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }
  /// The figures of all training rows.
  std::string rows_csv(const std::string& row, const Arguments& more = {}) const {
    Arguments arguments{"--row", row, "--rows", folder_.path("rows.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    explain(arguments);
    return read_text(folder_.path("rows.csv"));
  }
  double predicted(const std::string& model, std::size_t row) const {
    return numbers_of_csv(run_program({"predict", model, data_, "-q"}).out, "prediction").at(row);
  }

  Example example_{kExplainRows};
  TemporaryFolder folder_;
  std::string model_ = folder_.path("m.json"), data_;
};

/// The bound, in printed order.
void expect_sum(const Json& output) {
  double sum = output["reference_eta"], size = std::fabs(sum);
  for (const Json& column : output["columns"]) {
    sum += column["contribution"].get<double>();
    size += std::fabs(column["contribution"].get<double>());
  }
  EXPECT_LE(std::fabs(sum - output["eta"].get<double>()), 8 * ulp(size));
}

TEST_F(Explain, ContributionsSumToThePredictionAgainstTheMeanAndAgainstARow) {
  fit(example_.number);
  for (const char* reference : {"mean", "5"}) {
    const Json result = explain({"--row", "17", "--reference", reference});
    EXPECT_EQ(result["reference"], reference);
    const Json& output = result["contributions"][0];
    expect_sum(output);
    EXPECT_NEAR(output["eta"].get<double>(), predicted(model_, 16), 1e-13);
    EXPECT_EQ(result["prediction"], predicted(model_, 16));
    for (const Json& column : output["columns"]) {
      if (column["column"] != "x") continue;
      EXPECT_EQ(column["features"][0]["value"], example_.x[16]);
      EXPECT_EQ(column["features"].size(), 1U);
    }
  }
  EXPECT_NEAR(explain({"--row", "17", "--reference", "5"})["contributions"][0]["reference_eta"].get<double>(),
              predicted(model_, 4), 1e-13);
}

TEST_F(Explain, OneColumnHoldsItsLevelsAndItsIndicator) {
  fit(example_.number, {"--l2", "0.1"});        // so that every level has a column
  const Json result = explain({"--row", "4"});  // z is missing there
  std::size_t seen = 0;
  for (const Json& column : result["contributions"][0]["columns"]) {
    EXPECT_EQ(column["features"].size(), column["column"] == "x" ? 1U : 2U);
    ++seen;
  }
  EXPECT_EQ(seen, 3U);
}

// Exact but for rounding: some 1e-14 is reached.
TEST_F(Explain, LeavingARowOutIsWhatAFitWithoutItSays) {
  fit(example_.number, {"--test", "0", "--calibration", "0"});
  const std::string rows = rows_csv("9");
  const std::vector<double> left_out = numbers_of_csv(rows, "left_out_prediction");
  const std::vector<double> change = numbers_of_csv(rows, "eta_change");
  const std::vector<double> loss = numbers_of_csv(rows, "left_out_loss");
  for (const std::size_t i : {0U, 3U, 60U, 119U}) {
    const std::string without = folder_.write("without.csv", table(example_.number, i));
    const std::string model = folder_.path("without.json");
    json_of(all_train({"fit", without, "--target", "y", "--drop", "key", "-o", model}));
    EXPECT_NEAR(left_out.at(i), predicted(model, i), 1e-9);
    EXPECT_NEAR(change.at(i), predicted(model, 8) - predicted(model_, 8), 1e-9);
    EXPECT_NEAR(loss.at(i), std::pow(example_.number[i] - predicted(model, i), 2) / 2, 1e-9);
  }
}

TEST_F(Explain, DualWeightsGiveThePredictionAsASumOfTargets) {
  for (const char* l2 : {"0", "0.3"}) {
    fit(example_.number, {"--l2", l2});
    const std::string rows = rows_csv("17");
    const std::vector<double> weight = numbers_of_csv(rows, "dual_weight"), target = numbers_of_csv(rows, "target");
    const std::vector<double> row = numbers_of_csv(rows, "row");
    double sum = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      sum += weight[i] * target[i];
      EXPECT_EQ(target[i], example_.number[static_cast<std::size_t>(row[i]) - 1]);  // rows by their record in TRAIN
    }
    EXPECT_NEAR(sum, predicted(model_, 16), 1e-11);
    const Json result = explain({"--row", "17", "--top", "4"});
    EXPECT_EQ(result["dual_weights"]["top"].size(), 4U);
    EXPECT_EQ(result["fit_influence"]["by_cooks_distance"].size(), 4U);
    const Json& first = result["dual_weights"]["top"][0];
    EXPECT_TRUE(first["leverage"].is_number() && first["cooks_distance"].is_number());
    EXPECT_TRUE(result["dual_coefficients"].is_null());
  }
}

TEST_F(Explain, DualCoefficientsGiveEtaAsASumOverRows) {
  for (const Arguments& more : std::vector<Arguments>{{}, {"--class-weights", "balanced"}, {"--standardize", "off"}}) {
    fit(example_.kind, more);
    const Json result = explain({"--row", "30"});
    ASSERT_EQ(result["dual_coefficients"].size(), 3U);
    for (std::size_t k = 0; k < 3; ++k) {
      expect_sum(result["contributions"][k]);
      // What is missing is the gradient at the optimum over l2.
      EXPECT_NEAR(result["dual_coefficients"][k]["prediction"].get<double>(), result["eta"][k].get<double>(), 1e-7);
    }
    EXPECT_TRUE(result["dual_weights"].is_null());
    EXPECT_NE(result["dual_weights_reason"], "");
  }
}

// One Newton step: measured here, the error is at most 0.65 % of the largest change that any row makes, and
// without z, whose fill would be another without the row.
TEST_F(Explain, InfluenceIsWhatAFitWithoutTheRowDoesApproximately) {
  for (const Arguments& more :
       std::vector<Arguments>{{}, {"--link", "probit"}, {"--link", "cloglog"}, {"--loss", "softmax"}}) {
    Arguments arguments = all_train({"--l2", "0.05", "--standardize", "off", "--drop", "key,z"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto fit_to = [&](const std::string& data, const std::string& model) {
      Arguments all{"fit", data, "--target", "y", "-o", model};
      all.insert(all.end(), arguments.begin(), arguments.end());
      json_of(all);
    };
    const auto eta = [&](const std::string& model, const std::string& train) {
      return json_of({"explain", model, train, data_, "--row", "9"})["eta"].back().get<double>();
    };
    data_ = folder_.write("t.csv", table(example_.yes));
    fit_to(data_, model_);
    const bool softmax = !more.empty() && more[1] == "softmax";
    const std::vector<double> change = numbers_of_csv(rows_csv("9"), softmax ? "eta_change_1" : "eta_change");
    double largest = 0;
    for (const double each : change) largest = std::fmax(largest, std::fabs(each));
    arguments[1] = fmt::format("{}", 0.05 * kExplainRows / (kExplainRows - 1));  // the penalty in all, n·l2, is kept
    double worst = 0;
    for (const std::size_t i : {1U, 3U, 8U, 60U, 119U}) {
      const std::string without = folder_.write("without.csv", table(example_.yes, i));
      fit_to(without, folder_.path("without.json"));
      const double moved = eta(folder_.path("without.json"), without) - eta(model_, data_);
      worst = std::fmax(worst, std::fabs(change.at(i) - moved) / largest);
    }
    EXPECT_LT(worst, 0.015) << fmt::format("{}", fmt::join(more, " "));
  }
}

TEST_F(Explain, PartsThatALossDoesNotHaveAreNullWithAReason) {
  struct Case {
    Arguments flags;
    bool coefficients, influence;
  };
  const std::vector<Case> classes{{{}, true, true},
                                  {{"--l2", "0"}, false, true},
                                  {{"--loss", "hinge"}, false, false},
                                  {{"--firth"}, false, false},
                                  {{"--loss", "focal", "--solver", "gd", "--max-iterations", "3"}, false, false}};
  for (const Case& each : classes) {
    const bool stopped = each.flags.size() > 4;
    fit(example_.yes, each.flags, stopped ? 5 : 0);
    const Json result = explain({"--row", "3"});
    EXPECT_EQ(result["dual_coefficients"].is_null(), !each.coefficients);
    for (const char* part : {"influence_on_prediction", "influence_on_loss", "leave_one_out"}) {
      EXPECT_EQ(result[part].is_null(), !each.influence) << part;
      EXPECT_EQ(result.contains(std::string(part) + "_reason"), !each.influence) << part;
    }
    EXPECT_TRUE(result["fit_influence"].is_null());
    expect_sum(result["contributions"][0]);
  }
  for (const char* loss : {"absolute", "huber", "gaussian", "quantile"}) {
    fit(example_.number, {"--loss", loss});
    const Json result = explain({"--row", "3"});
    expect_sum(result["contributions"][0]);
    EXPECT_EQ(result["leave_one_out"].is_null(), std::string(loss) == "absolute" || std::string(loss) == "quantile");
  }
}

TEST_F(Explain, HeldOutRowsAreThoseThatDidNotTrain) {
  fit(example_.yes);
  EXPECT_EQ(explain({"--row", "3"})["influence_on_loss"]["held_out_rows"], 48);  // 20 % test, 20 % calibration
  const std::string other = folder_.write("other.csv", table(example_.yes, 7));
  EXPECT_EQ(json_of({"explain", model_, data_, other, "--row", "3"})["influence_on_loss"]["held_out_rows"], 119);
  std::string bare = "x,color,z\n0.5,red,1\n,green,\n";
  const Json result = json_of({"explain", model_, data_, folder_.write("bare.csv", bare), "--row", "2"});
  EXPECT_TRUE(result["influence_on_loss"].is_null());
  EXPECT_EQ(result["influence_on_loss_reason"], "DATA has no targets");
  EXPECT_FALSE(result["influence_on_prediction"].is_null());
  EXPECT_EQ(result["notes"].size(), 3U);  // two missing cells, a level that was never seen
  fit(example_.yes, {"--test", "0", "--calibration", "0"});
  EXPECT_EQ(explain({"--row", "3"})["influence_on_loss_reason"], "every row of DATA was trained on");
}

TEST_F(Explain, RowsAreNamedByTheirIds) {
  fit(example_.number);
  const Json by_id = explain({"--row", "k16", "--id", "key", "--reference", "k4"});
  const Json by_number = explain({"--row", "17", "--reference", "5"});
  EXPECT_EQ(by_id["contributions"], by_number["contributions"]);
  EXPECT_EQ(by_id["dual_weights"]["top"][0]["row"],
            fmt::format("k{}", by_number["dual_weights"]["top"][0]["row"].get<int>() - 1));
  const std::string rows = rows_csv("k16", {"--id", "key"});
  EXPECT_EQ(rows.substr(0, 11), "key,target,");
}

TEST_F(Explain, OtherTasksAndFormatsWork) {
  std::string labels = "x,z,a,b\n";
  for (std::size_t i = 0; i < kExplainRows; ++i) {
    labels +=
        fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], example_.kind[i] == 1 ? 1 : 0);
  }
  data_ = folder_.write("labels.csv", labels);
  json_of({"fit", data_, "--target", "a,b", "-o", model_});
  const Json multilabel = explain({"--row", "2"});
  EXPECT_EQ(multilabel["dual_coefficients"].size(), 2U);
  EXPECT_EQ(multilabel["contributions"][1]["output"], "b");
  for (const Json& output : multilabel["contributions"]) expect_sum(output);
  data_ = folder_.write("t.svm", libsvm_text(example_, example_.number));
  json_of({"fit", data_, "-o", model_});
  const Json sparse = explain({"--row", "2"});
  expect_sum(sparse["contributions"][0]);
  EXPECT_NEAR(sparse["contributions"][0]["eta"].get<double>(), predicted(model_, 1), 1e-13);
  EXPECT_NEAR(sparse["dual_weights"]["prediction"].get<double>(), predicted(model_, 1), 1e-11);
  data_ = folder_.write("t.csv", table(example_.number));
  json_of({"fit", data_, "--target", "y", "--drop", "key,z", "--poly", "x=3", "--no-intercept", "-o", model_});
  const Json powers = explain({"--row", "2"});
  expect_sum(powers["contributions"][0]);
  EXPECT_NEAR(powers["contributions"][0]["eta"].get<double>(), predicted(model_, 1), 1e-13);
}

TEST_F(Explain, FindsTheTrainingRowsWhateverTheSplitAndTheMissingCells) {
  for (const Arguments& more : std::vector<Arguments>{
           {"--seed", "7"}, {"--stratify", "off"}, {"--test", "0.4", "--calibration", "0.1"}, {"--missing", "drop"}}) {
    fit(example_.kind, more);
    EXPECT_EQ(explain({"--row", "2"})["training"]["records"], kExplainRows);
  }
  // One missing cell, now in a training row, now in another: its fill must come out the same to the last bit.
  for (std::size_t missing = 0; missing < 20; ++missing) {
    std::string text = "x,z,y\n";
    for (std::size_t i = 0; i < kExplainRows; ++i) {
      text += i == missing ? fmt::format(",{},{}\n", example_.z[i], example_.number[i])
                           : fmt::format("{},{},{}\n", example_.x[i], example_.z[i], example_.number[i]);
    }
    data_ = folder_.write("t.csv", text);
    json_of({"fit", data_, "--target", "y", "-o", model_});
    EXPECT_EQ(explain({"--row", "30"})["training"]["rows"], 72) << missing;
  }
}

TEST_F(Explain, TheSameForAnyThreadsAndBlocks) {
  fit(example_.kind);
  const auto text = [&](const Arguments& more) {
    Arguments arguments{"explain", model_, data_, data_, "--row", "9", "--json", "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments).out;
  };
  EXPECT_EQ(text({"--threads", "1", "--block-rows", "7"}), text({}));
}

TEST_F(Explain, TheTextSaysWhatTheJsonSays) {
  fit(example_.yes);
  const Outcome outcome = run_program({"explain", model_, data_, data_, "--row", "9", "--top", "2"});
  EXPECT_EQ(outcome.code, 0);
  for (const char* part : {"row 9: prediction ", "eta of 1 = ", "the mean of the 72 training rows", "1 more",
                           "training rows that carry eta of 1", "held-out rows", "is left out in turn",
                           "no dual weights, Cook's distance: "}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in\n" << outcome.out;
  }
}

}  // namespace
}  // namespace plumbline
