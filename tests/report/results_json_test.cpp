#include "plumbline/report/results_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/example_fit.hpp"

namespace plumbline {
namespace {

using nlohmann::json;

std::vector<std::string> keys(const json& object) {
  std::vector<std::string> names;
  for (const auto& item : object.items()) names.push_back(item.key());
  return names;
}

/// Every key of the contract must be there; more may be.
void expect_keys(const json& object, const std::vector<std::string>& names) {
  for (const std::string& name : names) EXPECT_TRUE(object.contains(name)) << name << " in " << keys(object).size();
}

TEST(FitJson, HasTheKeysOfTheContract) {
  const std::string text = fit_json(example_fit());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const json object = json::parse(text);
  expect_keys(object, {"command", "version", "schema", "data", "model", "fit", "metrics", "confusion", "calibration",
                       "conformal"});
  expect_keys(object["data"], {"rows", "features", "split", "dropped_rows", "left_out"});
  expect_keys(object["data"]["split"], {"train", "calibration", "test"});
  expect_keys(object["model"], {"task", "loss", "link", "l2", "objective", "classes", "parameters"});
  expect_keys(object["fit"], {"solver", "iterations", "objective", "gradient_norm", "gap", "verdict", "local", "advice",
                              "seconds", "condition", "collinear", "separated"});
  expect_keys(object["metrics"], {"train", "test", "baseline"});
  EXPECT_EQ(object["command"], "fit");
  EXPECT_EQ(object["schema"], 1);
  EXPECT_EQ(object["data"]["rows"], 569);
  EXPECT_EQ(object["data"]["left_out"][0]["why"], "it numbers the rows");
  EXPECT_EQ(object["model"]["parameters"], 5);
  EXPECT_EQ(object["metrics"]["test"]["accuracy"], 0.9737);
  EXPECT_EQ(object["confusion"]["counts"][1][0], 2);
  EXPECT_TRUE(object["calibration"].is_null());
}

TEST(FitJson, WhatIsNotFiniteIsNullWithAReason) {
  FitResult result = example_fit();
  result.test.reset();
  result.model.report.gap.reset();
  result.model.report.gap_reason = "no certificate exists";
  const json object = json::parse(fit_json(result));
  EXPECT_TRUE(object["metrics"]["test"].is_null());
  EXPECT_TRUE(object["metrics"]["baseline"]["auc"].is_null());
  EXPECT_EQ(object["metrics"]["baseline"]["auc_reason"], "only one class is present");
  EXPECT_TRUE(object["fit"]["gap"].is_null());
  EXPECT_EQ(object["fit"]["gap_reason"], "no certificate exists");
  EXPECT_TRUE(object["fit"]["condition"].is_null());
  EXPECT_TRUE(object["fit"]["condition_reason"].is_string());
}

TEST(FitJson, TextThatIsNotUtf8StillPrints) {
  FitResult result = example_fit();
  result.model.classes[0] = "caf\xe9";
  EXPECT_EQ(json::parse(fit_json(result))["model"]["classes"][0], "caf\uFFFD");
}

TEST(FitJson, NamesTheSeparatingFeature) {
  FitResult result = example_fit();
  result.model.report.separated = {{"radius", '-', "benign"}};
  const json separated = json::parse(fit_json(result))["fit"]["separated"];
  EXPECT_EQ(separated, json::parse(R"([{"feature":"radius","direction":"-","class":"benign"}])"));
}

TEST(EvaluateJson, HasDataAndMetrics) {
  EvaluateResult result;
  result.metrics = {3, {{"accuracy", 1.0}}};
  result.rows = 4;
  result.dropped_rows = 1;
  result.confusion = {{1, 0}, {0, 1.5}};
  const json object = json::parse(evaluate_json(example_model(), result));
  EXPECT_EQ(object["data"]["rows"], 4);
  EXPECT_EQ(object["metrics"]["test"]["accuracy"], 1.0);
  EXPECT_EQ(object["confusion"]["counts"][1][1], 1.5);
}

TEST(InspectJson, GivesCoefficientsInTheUsersUnits) {
  const json object = json::parse(inspect_json(example_model()));
  expect_keys(object, {"intercept", "coefficients", "residual_sd", "r2", "classes", "l2", "objective", "calibration",
                       "conformal", "costs", "task", "loss", "link"});
  EXPECT_EQ(object["coefficients"]["radius"], json::parse("[1.5]"));
  EXPECT_EQ(object["coefficients"]["color=green"], json::parse("[0.1]"));
  EXPECT_DOUBLE_EQ(object["intercept"][0].get<double>(), 0.5 - 14 * 1.5 - 0.5 * 0.1);
  EXPECT_TRUE(object["r2"].is_null());
  EXPECT_EQ(object["r2_reason"], "defined for regression only");
}

}  // namespace
}  // namespace plumbline
