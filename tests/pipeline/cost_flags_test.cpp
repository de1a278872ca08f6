// `--costs` and `--abstain` from fit to predict: decisions and their costs against the predictions' own columns.
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/tables.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/recalibrate.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kCostRows = 400;

class CostFlags : public ::testing::Test {
 protected:
  Arguments fit_arguments(const Arguments& more) {
    Arguments arguments{"fit", data_, "--target", "y", "-o", model_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  Json fit(const Arguments& more) { return json_of(fit_arguments(more)); }
  void expect_refused(const Arguments& more, int code, const std::string& part) {
    const Outcome outcome = run_program(fit_arguments(more));
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }

  const Example example_{kCostRows};
  TemporaryFolder folder_;
  std::string data_ = folder_.write("t.csv", table_text(example_, example_.kind)), model_ = folder_.path("m.json");
  std::string costs_ = folder_.write("costs.csv", "decided,2,0,1\n0,4,0,2\n1,6,1,0\n2,0,5,3\n");
  const double cost_[3][3] = {{0, 2, 4}, {1, 0, 6}, {5, 3, 0}};
};

TEST_F(CostFlags, DecisionsAreTheCheapestUnderThePrintedProbabilities) {
  const Json fitted = fit({"--costs", costs_, "--abstain", "0.6"});
  const Outcome predicted = run_program({"predict", model_, data_, "-q"});
  EXPECT_EQ(predicted.out.substr(0, predicted.out.find('\n')), "row,prediction,p_0,p_1,p_2,set,decision,expected_cost");
  const std::vector<std::string> decision = column_of_csv(predicted.out, "decision");
  const std::vector<double> expected = numbers_of_csv(predicted.out, "expected_cost");
  std::vector<std::vector<double>> p;
  for (const char* name : {"p_0", "p_1", "p_2"}) p.push_back(numbers_of_csv(predicted.out, name));
  double realised = 0, abstained = 0;
  for (std::size_t i = 0; i < kCostRows; ++i) {
    std::string best = "abstain";
    double least = 0.6;
    for (int k = 2; k >= 0; --k) {
      const double cost = cost_[k][0] * p[0][i] + cost_[k][1] * p[1][i] + cost_[k][2] * p[2][i];
      if (cost <= least) {
        least = cost;
        best = std::to_string(k);
      }
    }
    EXPECT_EQ(decision[i], best);
    EXPECT_EQ(expected[i], least);
    const bool abstains = decision[i] == "abstain";
    abstained += abstains ? 1.0 / kCostRows : 0;
    realised += (abstains ? 0.6 : cost_[std::stoi(decision[i])][example_.kind[i]]) / kCostRows;
  }
  EXPECT_GT(abstained, 0.02);
  const Json evaluated = json_of({"evaluate", model_, data_})["costs"];
  EXPECT_NEAR(evaluated["realised"], realised, 1e-13);
  EXPECT_NEAR(evaluated["abstained"], abstained, 1e-13);
  EXPECT_LT(evaluated["realised"], evaluated["argmax"]);
  EXPECT_LT(evaluated["argmax"], evaluated["always"]);
  EXPECT_TRUE(fitted["costs"]["always_class"].is_string());
  const std::string text = run_program({"evaluate", model_, data_, "-q"}).out;
  EXPECT_NE(text.find("abstained from"), std::string::npos) << text;
}

TEST_F(CostFlags, TheModelKeepsThem) {
  fit({"--costs", costs_});
  const Json costs = json_of({"inspect", model_})["costs"];
  EXPECT_EQ(costs["table"], Json::parse("[[0.0,2.0,4.0],[1.0,0.0,6.0],[5.0,3.0,0.0]]"));
  EXPECT_EQ(costs["labels"], Json::parse(R"(["0","1","2"])"));
  EXPECT_TRUE(costs["abstain"].is_null());
  const std::string text = run_program({"inspect", model_}).out;
  EXPECT_NE(text.find("costs (a row: decided, a column: true)"), std::string::npos) << text;
  // A recalibration keeps them unless it brings its own.
  RecalibrateOptions options;
  const LinearModel model = load_model(model_);
  EXPECT_EQ(recalibrate(model, data_, options).model.costs->cost, model.costs->cost);
  options.trust.abstain = 0.25;
  const RecalibrateResult replaced = recalibrate(model, data_, options);
  EXPECT_EQ(replaced.model.costs->abstain, 0.25);
  EXPECT_EQ(replaced.model.costs->cost[1], 1);  // 0/1 costs where no table is named
  EXPECT_GE(replaced.cost->abstained, 0);
}

TEST_F(CostFlags, TwoClassesHaveAThreshold) {
  data_ = folder_.write("t.csv", table_text(example_, example_.yes));
  fit({"--costs", folder_.write("two.csv", ",0,1\n0,0,9\n1,1,0\n")});
  EXPECT_NEAR(json_of({"inspect", model_})["costs"]["threshold"]["second_from"], 0.1, 1e-15);
  EXPECT_NE(run_program({"inspect", model_}).out.find("decide 1 where p of it is above 0.1"), std::string::npos);
  const Outcome predicted = run_program({"predict", model_, data_, "-q"});
  const std::vector<std::string> decision = column_of_csv(predicted.out, "decision");
  const std::vector<double> p = numbers_of_csv(predicted.out, "p_1");
  for (std::size_t i = 0; i < kCostRows; ++i) EXPECT_EQ(decision[i], p[i] > 0.1 ? "1" : "0");
}

TEST_F(CostFlags, AbstainingAloneMeansZeroOneCosts) {
  fit({"--abstain", "0.3"});
  const Outcome predicted = run_program({"predict", model_, data_, "-q"});
  const std::vector<std::string> decision = column_of_csv(predicted.out, "decision");
  const std::vector<std::string> prediction = column_of_csv(predicted.out, "prediction");
  for (std::size_t i = 0; i < kCostRows; ++i) EXPECT_TRUE(decision[i] == prediction[i] || decision[i] == "abstain");
  EXPECT_EQ(fit({})["costs"], nullptr);
}

TEST_F(CostFlags, RowsWithoutAPredictionHaveNoDecision) {
  std::string text = "x,z,y\n";
  for (std::size_t i = 0; i < kCostRows; ++i)
    text += (i == 3 ? "" : fmt::format("{}", example_.x[i])) + fmt::format(",{},{}\n", example_.z[i], example_.kind[i]);
  data_ = folder_.write("t.csv", text);
  fit({"--costs", costs_, "--missing", "drop"});
  const auto rows = cells_of(run_program({"predict", model_, data_, "-q"}).out);
  for (const auto& row : rows) EXPECT_EQ(row.size(), 8U);
  EXPECT_EQ(rows[4][5] + rows[4][6] + rows[4][7], "");
}

TEST_F(CostFlags, WhatDoesNotGoTogetherIsRefused) {
  expect_refused({"--costs", folder_.write("bad.csv", ",0,1\n0,0,1\n1,1,0\n")}, 3, "lacks the class '2'");
  expect_refused({"--costs", folder_.path("none.csv")}, 4, "none.csv");
  expect_refused({"--abstain", "x"}, 2, "--abstain");
  expect_refused({"--abstain", "inf"}, 2, "--abstain");
  expect_refused({"--costs", costs_, "--task", "regression"}, 2, "--costs");
  data_ = folder_.write("t.csv", table_text(example_, example_.yes));
  const std::string two = folder_.write("two.csv", ",0,1\n0,0,9\n1,1,0\n");
  expect_refused({"--costs", two, "--loss", "hinge"}, 2, "--calibrate platt");
  EXPECT_EQ(run_program(fit_arguments({"--costs", two, "--loss", "hinge", "--calibrate", "platt"})).code, 0);
  std::vector<std::string> words;
  for (const int yes : example_.yes) words.push_back(yes == 1 ? "abstain" : "go");
  data_ = folder_.write("t.csv", table_text(example_, words));
  expect_refused({"--abstain", "0.2"}, 2, "named 'abstain'");
}

}  // namespace
}  // namespace plumbline
