// The inference of a model file: what is written is what is read, and what no fit can have left is refused.
#include "plumbline/models/inference_json.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/inferred_model.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::json;

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void expect_same_tables(const LinearModel& a, const LinearModel& b) {
  ASSERT_TRUE(a.inference && b.inference);
  ASSERT_EQ(a.inference->tables.size(), b.inference->tables.size());
  for (std::size_t k = 0; k < a.inference->tables.size(); ++k) {
    for (std::size_t j = 0; j < a.inference->tables[k].size(); ++j) {
      const CoefficientPrecision &x = a.inference->tables[k][j], &y = b.inference->tables[k][j];
      EXPECT_EQ(x.state, y.state);
      EXPECT_TRUE(same(x.standard_error, y.standard_error) && same(x.statistic, y.statistic) &&
                  same(x.p_value, y.p_value) && same(x.lower, y.lower) && same(x.upper, y.upper))
          << k << ' ' << j;
    }
  }
}

TEST(InferenceJson, IsReadAsItWasWritten) {
  LinearModel model = inferred_model();
  model.inference->cluster_column = "clinic\xff";
  const LinearModel read = model_from_json(to_json(model), "m.json");
  expect_same_tables(model, read);
  EXPECT_EQ(to_json(read), to_json(model));
  EXPECT_EQ(read.inference->cluster_column, "clinic\xff");
  EXPECT_EQ(read.inference->summary.likelihood_ratio.p_value, 1e-86);
  EXPECT_TRUE(std::isinf(read.inference->degrees_of_freedom));
  EXPECT_DOUBLE_EQ(read.inference->tables[0][0].statistic, 3);
  EXPECT_NEAR(read.inference->tables[0][0].p_value, 0.0026997960632601866, 1e-14);  // P(|Z| > 3)
  // Profile limits are no function of the standard errors.
  model.inference->intervals = IntervalKind::profile;
  model.inference->tables[0][0].lower = 0.1;
  model.inference->tables[0][2].upper = kNaN;
  expect_same_tables(model, model_from_json(to_json(model), "m.json"));
}

TEST(InferenceJson, TheReasonIsKept) {
  LinearModel model = example_model();
  model.inference_reason = "none, \xff";
  EXPECT_EQ(model_from_json(to_json(model), "m.json").inference_reason, "none, \xff");
  model.inference_reason.clear();
  const LinearModel read = model_from_json(to_json(model), "m.json");
  EXPECT_EQ(read.inference_reason, "");
  EXPECT_FALSE(read.inference);
}

void expect_refused(const Json& object, const std::string& part) {
  try {
    model_from_json(object.dump(), "m.json");
    ADD_FAILURE() << "accepted: " << part;
  } catch (const FileError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(InferenceJson, EveryWrongValueIsNamed) {
  const Json good = Json::parse(to_json(inferred_model()));
  const std::vector<std::pair<const char*, Json>> edits{
      {"/inference", 3},
      {"/inference/covariance", "hc9"},
      {"/inference/cluster_column", 1},
      {"/inference/clusters", -1},
      {"/inference/intervals", "profile"},
      {"/inference/level", 0},
      {"/inference/level", 1},
      {"/inference/degrees_of_freedom", "many"},
      {"/inference/reason", nullptr},
      {"/inference/states", Json::array()},
      {"/inference/states/0", "maybe"},
      {"/inference/states/0", "constant"},
      {"/inference/standard_errors", Json::array()},
      {"/inference/standard_errors/0", {1, 2}},
      {"/inference/standard_errors/0/0", -0.5},
      {"/inference/standard_errors/0/0", nullptr},
      {"/inference/standard_errors/0/1", 0.5},
      {"/inference/contrast_standard_errors", {{1, 2, 3, 4, 5}}},
      {"/inference/profile_limits", Json::array()},
      {"/inference/summary", nullptr},
      {"/inference/summary/aic", "low"},
      {"/inference/summary/likelihood_ratio/p_value", 1.5},
      {"/inference/summary/f", Json::object()},
      {"/inference/more", 1},
  };
  for (const auto& [pointer, value] : edits) {
    Json object = good;
    object[Json::json_pointer(pointer)] = value;
    expect_refused(object, "/inference");
  }
  for (const auto& item : good["inference"].items()) {
    if (item.key().find("_reason") != std::string::npos) continue;
    Json object = good;
    object["inference"].erase(item.key());
    expect_refused(object, "/inference lacks the key \"" + item.key() + "\"");
  }
}

TEST(InferenceJson, WhatContradictsTheModelIsRefused) {
  Json object = Json::parse(to_json(inferred_model()));
  object["l2"] = 0.1;
  expect_refused(object, "/inference must not stand beside a penalty");
  object["l2"] = 0;
  object["inference_reason"] = "none";
  expect_refused(object, "/inference must not stand beside the reason");
  object.erase("inference_reason");
  object["standard_errors"] = {1, 1, 1, 1};
  object["intercept_standard_error"] = 1;
  expect_refused(object, "/standard_errors are of least squares alone");
}

TEST(InferenceJson, ProfileLimitsAreInOrder) {
  LinearModel model = inferred_model();
  model.inference->intervals = IntervalKind::profile;
  Json object = Json::parse(to_json(model));
  object["inference"]["profile_limits"][0] = {2, 1};
  expect_refused(object, "/profile_limits/0 must be in order");
  object["inference"]["profile_limits"][0] = {1};
  expect_refused(object, "/profile_limits/0 must hold 2 elements, not 1");
}

// Degrees of freedom that no fit leaves must not stop a reader: the quantile of t is then whatever it is.
TEST(InferenceJson, OddDegreesOfFreedomEnd) {
  for (const double degrees : {1e-300, 1e-9, 1e300, 0.0, -4.0}) {
    Json object = Json::parse(to_json(inferred_model()));
    object["inference"].erase("degrees_of_freedom_reason");
    object["inference"]["degrees_of_freedom"] = degrees;
    EXPECT_NO_THROW((void)model_from_json(object.dump(), "m.json")) << degrees;
  }
}

}  // namespace
}  // namespace plumbline
