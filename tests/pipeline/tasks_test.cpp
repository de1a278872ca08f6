#include <gtest/gtest.h>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

class Tasks : public ::testing::Test {
 protected:
  template <class Target>
  Json fit(const std::vector<Target>& target, const Arguments& more = {}, int code = 0) {
    Arguments arguments{"fit", folder_.write("t.csv", table_text(example_, target)), "--target", "y"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments, code);
  }

  TemporaryFolder folder_;
  const Example example_{240};
};

TEST_F(Tasks, FollowTheTarget) {
  EXPECT_EQ(fit(example_.number)["model"]["task"], "regression");
  EXPECT_EQ(fit(example_.yes)["model"]["task"], "binary");
  EXPECT_EQ(fit(example_.kind)["model"]["task"], "multiclass");
  std::vector<std::string> words, truths;
  for (const int yes : example_.yes) {
    words.push_back(yes == 1 ? "yes" : "no");
    truths.push_back(yes == 1 ? "True" : "False");
  }
  EXPECT_EQ(fit(words)["model"]["classes"], Json::parse(R"(["no","yes"])"));
  EXPECT_EQ(fit(truths)["model"]["task"], "binary");
  EXPECT_EQ(fit(example_.yes, {"--task", "regression"})["model"]["task"], "regression");
  EXPECT_EQ(fit(example_.yes, {"--task", "multiclass"})["model"]["loss"], "softmax");
}

TEST_F(Tasks, IntegersAreClassesOnlyWithTenRowsEach) {
  const auto integers = [&](int values) {
    std::vector<std::string> target;
    for (std::size_t i = 0; i < 240; ++i) target.push_back(std::to_string(static_cast<int>(i) % values));
    return target;
  };
  EXPECT_EQ(fit(integers(20))["model"]["task"], "multiclass");
  EXPECT_EQ(fit(integers(21))["model"]["task"], "regression");
  // Rows whose target is missing are no rows of a class: 18 values in 162 rows are 9 a value.
  std::vector<std::string> sparse = integers(18);
  for (std::size_t i = 162; i < 240; ++i) sparse[i] = "NA";
  EXPECT_EQ(fit(sparse)["model"]["task"], "regression");
}

TEST_F(Tasks, LabelsKeepTheirSpellingAndOrder) {
  std::vector<std::string> target;
  for (const int kind : example_.kind) target.push_back(kind == 0 ? "10" : kind == 1 ? "9.50" : "-1");
  EXPECT_EQ(fit(target, {"--task", "multiclass"})["model"]["classes"], Json::parse(R"(["-1","9.50","10"])"));
}

TEST_F(Tasks, FiguresAreThoseOfTheTask) {
  const auto keys = [](const Json& figures) {
    std::vector<std::string> names;
    for (const auto& entry : figures.items()) names.push_back(entry.key());
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(keys(fit(example_.number)["metrics"]["test"]), (Names{"log_likelihood", "mae", "mse", "r2", "rmse"}));
  EXPECT_EQ(keys(fit(example_.yes)["metrics"]["test"]),
            (Names{"accuracy", "auc", "brier", "ece", "log_loss", "margin", "mce", "zero_one_loss"}));
  EXPECT_EQ(keys(fit(example_.kind)["metrics"]["test"]),
            (Names{"accuracy", "brier", "ece", "log_loss", "margin", "mce", "zero_one_loss"}));
}

TEST_F(Tasks, TheModelBeatsTheTrivialOne) {
  const Json regression = fit(example_.number)["metrics"];
  EXPECT_GT(regression["test"]["r2"], 0.9);
  EXPECT_LT(regression["baseline"]["r2"], 0.01);
  const Json binary = fit(example_.yes)["metrics"];
  EXPECT_GT(binary["test"]["auc"], 0.8);
  EXPECT_EQ(binary["baseline"]["auc"], 0.5);
  EXPECT_GT(fit(example_.kind)["metrics"]["test"]["accuracy"], 0.75);
}

class Multilabel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string text = "x,z,a,b\n";
    for (std::size_t i = 0; i < 150; ++i) {
      text +=
          fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], example_.kind[i] == 2 ? 1 : 0);
    }
    table_ = folder_.write("t.csv", text);
    model_ = folder_.path("m.json");
    fitted_ = json_of(all_train({"fit", table_, "--target", "a,b", "--l2", "0.02", "-o", model_}));
  }

  TemporaryFolder folder_;
  const Example example_{150};
  std::string table_, model_;
  Json fitted_;
};

TEST_F(Multilabel, IsOneBinaryModelALabel) {
  EXPECT_EQ(fitted_["model"]["task"], "multilabel");
  EXPECT_TRUE(fitted_["metrics"]["train"].contains("micro_f1"));
  const Json both = json_of({"inspect", model_});
  const std::string single = folder_.path("a.json");
  json_of(all_train({"fit", table_, "--target", "a", "--drop", "b", "--l2", "0.02", "-o", single}));
  const Json alone = json_of({"inspect", single});
  // Certified to a gap below 1e-9 with curvature of at least l2 = 0.02: within sqrt(2e-9/0.02) of one optimum at worst,
  // and Newton's quadratic last step takes both far below it.
  EXPECT_NEAR(both["coefficients"]["x"][0], alone["coefficients"]["x"][0], 1e-7);
  EXPECT_NEAR(both["coefficients"]["z"][0], alone["coefficients"]["z"][0], 1e-7);
  EXPECT_NEAR(both["intercept"][0], alone["intercept"][0], 1e-7);
}

TEST_F(Multilabel, PredictsAndEvaluates) {
  const std::string csv = run_program({"predict", model_, table_}).out;
  EXPECT_EQ(csv.rfind("row,prediction,p_a,p_b\n1,", 0), 0U) << csv.substr(0, 60);
  const Json evaluated = json_of({"evaluate", model_, table_});
  EXPECT_EQ(evaluated["metrics"]["test"], fitted_["metrics"]["train"]);
  EXPECT_EQ(evaluated["confusion"], nullptr);
}

TEST_F(Tasks, ATargetOfNamesIsNoClassification) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < 240; ++i) names.push_back("name " + std::to_string(i));
  const Outcome outcome = run_program({"fit", folder_.write("n.csv", table_text(example_, names)), "--target", "y"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("240 different texts in 240 rows"), std::string::npos) << outcome.err;
}

TEST_F(Tasks, ATargetOfTextIsNoRegression) {
  std::vector<std::string> words(240, "some");
  words[7] = "other";
  const std::string table = folder_.write("t.csv", table_text(example_, words));
  const Outcome outcome = run_program({"fit", table, "--target", "y", "--task", "regression"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("column 'y'"), std::string::npos) << outcome.err;
}

class Labels : public ::testing::Test {
 protected:
  /// Labels "yes" and "no" for training, and others for the test.
  Outcome fit(const char* yes, const char* no) {
    std::vector<std::string> train, test;
    for (const int each : example_.yes) {
      train.push_back(each == 1 ? "yes" : "no");
      test.push_back(each == 1 ? yes : no);
    }
    return run_program({"fit", folder_.write("train.csv", table_text(example_, train)), "--target", "y",
                        "--calibration", "0", "--test-data", folder_.write("test.csv", table_text(example_, test)),
                        "--json"});
  }

  TemporaryFolder folder_;
  const Example example_{100};
};

TEST_F(Labels, AFinalDotIsRemovedAndSaid) {
  const Outcome outcome = fit("yes.", "no.");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json fitted = Json::parse(outcome.out);
  EXPECT_EQ(fitted["metrics"]["test"], fitted["metrics"]["train"]);
  EXPECT_NE(fitted["notes"].dump().find("dot"), std::string::npos) << fitted["notes"];
}

TEST_F(Labels, AnUnknownOneIsBadData) {
  const Outcome outcome = fit("maybe", "no");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("test.csv: record "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("label 'maybe'"), std::string::npos) << outcome.err;
  EXPECT_EQ(fit("yes..", "no").code, 3);
}

}  // namespace
}  // namespace plumbline
