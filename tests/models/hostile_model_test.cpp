#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/example_model.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace plumbline {
namespace {

/// The message with which a text is refused; empty if it is not.
std::string refusal(const std::string& text) {
  try {
    model_from_json(text, "m.json");
    return "";
  } catch (const FileError& error) {
    return error.what();
  }
}

void expect_refused(const std::string& text, const std::string& part) {
  const std::string message = refusal(text);
  EXPECT_EQ(message.rfind("m.json: ", 0), 0U) << "got '" << message << "' for " << text.substr(0, 200);
  EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_LT(message.size(), 300U);
}

/// The example with one value replaced, by JSON pointer.
std::string edited(const std::string& pointer, const nlohmann::json& value) {
  nlohmann::json object = nlohmann::json::parse(to_json(example_model()));
  object[nlohmann::json::json_pointer(pointer)] = value;
  return object.dump();
}

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = to_json(example_model());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct HostileEdit {
  const char* pointer;
  nlohmann::json value;
};

TEST(HostileModel, EveryWrongValueIsNamed) {
  const nlohmann::json null;
  const std::vector<HostileEdit> edits{
      {"/schema", 2},
      {"/schema", 1.0},
      {"/schema", "1"},
      {"/schema", -1},
      {"/task", "ranking"},
      {"/task", 3},
      {"/loss", "absolute"},
      {"/link", "softmax"},
      {"/l2", -1},
      {"/l2", "0"},
      {"/l2", null},
      {"/standardized", 1},
      {"/targets", {"a", "b"}},
      {"/targets", "a"},
      {"/classes", {"a"}},
      {"/classes", {"a", "b", "c"}},
      {"/classes", {"a", "a"}},
      {"/classes", {"a", 1}},
      {"/classes", {"malignant", "benign"}},
      {"/numeric_classes", true},
      {"/encoder", nlohmann::json::array()},
      {"/encoder/missing", "guess"},
      {"/encoder/sparse_width", 3},
      {"/encoder/columns/0/name", "color"},
      {"/encoder/columns/0/fill", null},
      {"/encoder/columns/0/levels", {"a"}},
      {"/encoder/columns/0/reference", true},
      {"/encoder/columns/1/levels", {"a", "a", "b"}},
      {"/encoder/columns/1/levels/0", {{"bytes", "f"}}},
      {"/encoder/columns/1/levels/0", {{"bytes", "zz"}}},
      {"/predictor/features", 3},
      {"/predictor/features", 18446744073709551615ULL},
      {"/predictor/outputs", 4611686018427387904ULL},
      {"/predictor/outputs", 0},
      {"/predictor/center", {1, 2, 3}},
      {"/predictor/center/1", "2"},
      {"/predictor/coefficients", nlohmann::json::array()},
      {"/predictor/coefficients/2", {1, 2}},
      {"/predictor/coefficients/2/0", false},
      {"/predictor/center_intercept", nlohmann::json::array()},
      {"/feature_scale/3", -1},
      {"/residual_sd", "0"},
      {"/report/verdict", "perfect"},
      {"/report/iterations", -3},
      {"/report/iterations", 1.5},
      {"/report/gap", "small"},
      {"/report/separated", {1}},
      {"/training/fingerprint", "12"},
      {"/training/fingerprint", "zzzzzzzzzzzzzzzz"},
      {"/training/test_fraction", 2},
      {"/training/weight_sum", -1},
  };
  for (const HostileEdit& edit : edits) {
    // The place that is named may be the array that holds the value.
    const std::string pointer = edit.pointer;
    expect_refused(edited(pointer, edit.value), pointer.substr(0, pointer.find('/', 1)));
  }
}

TEST(HostileModel, ANullFigureNeedsAReason) {
  expect_refused(edited("/r2", nullptr), "lacks the key \"r2_reason\"");
  expect_refused(replaced("\"r2\": 0.0", "\"r2\": null, \"r2_reason\": \"lost\""), "/r2_reason is no reason");
  expect_refused(replaced("\"r2\": 0.0", "\"r2\": null, \"r2_reason\": \"not computed\""), "/r2 must have been");
}

TEST(HostileModel, WidthsMustAgree) {
  expect_refused(edited("/encoder/columns/1/levels", {"a", "b"}), "/predictor/features must be the width");
  expect_refused(edited("/feature_scale", {1, 2}), "/feature_scale must hold 4 numbers, not 2");
}

TEST(HostileModel, AWidthWithoutColumnsBehindItTakesNoMemory) {
  nlohmann::json object = nlohmann::json::parse(to_json(example_model()));
  object["encoder"] = {
      {"missing", "drop"}, {"sparse", true}, {"sparse_width", 1ULL << 62}, {"columns", nlohmann::json::array()}};
  object["predictor"]["features"] = 1ULL << 62;
  expect_refused(object.dump(), "/predictor/center must hold 4611686018427387904 numbers, not 4");
}

TEST(HostileModel, UnknownAndAbsentKeysAreRefused) {
  expect_refused(edited("/tariffs", 1), "\"tariffs\", which this version does not know");
  expect_refused(edited("/predictor/low_order", 1), "/predictor has the key \"low_order\"");
  nlohmann::json object = nlohmann::json::parse(to_json(example_model()));
  for (const auto& item : object.items()) {
    nlohmann::json without = object;
    without.erase(item.key());
    const bool reason = item.key().find("_reason") != std::string::npos;
    if (reason) continue;
    expect_refused(without.dump(), "lacks the key \"" + item.key() + "\"");
  }
}

TEST(HostileModel, AKeyMayStandOnlyOnce) {
  expect_refused(replaced("\"l2\": 0.1", "\"l2\": 0.1, \"l2\": 5"), "a key stands twice (at or after the key \"l2\")");
}

TEST(HostileModel, EveryTruncationIsRefused) {
  const std::string text = to_json(example_model());
  for (std::size_t size = 0; size + 2 < text.size(); size += 7) EXPECT_NE(refusal(text.substr(0, size)), "") << size;
  expect_refused(text.substr(0, text.size() / 2), "it ends too early");
}

TEST(HostileModel, WhatIsNoModelIsRefused) {
  expect_refused("", "it is empty");
  expect_refused("  \n", "it is empty");
  expect_refused("\x1f\x8b\x08\x01", "compressed with gzip");
  expect_refused("a,b,c\n1,2,3\n", "it is not a JSON object");
  expect_refused("[1]", "it is not a JSON object");
  expect_refused("{}", "lacks the key \"schema\"");
  expect_refused("{\"schema\": 1, \"x\": \"\xff\"}", "it is not JSON");
  expect_refused(std::string("{\0}", 3), "it is not JSON");
}

TEST(HostileModel, TextAfterTheEndHasItsOwnMessage) {
  const std::string text = to_json(example_model());
  EXPECT_EQ(refusal(text + " \n\t"), "");
  for (const std::string& more :
       {std::string("{}"), text, std::string("x"), std::string("{"), std::string("\0x", 2), std::string(1, '\0')}) {
    expect_refused(text + more, "more text follows the end of its JSON object");
  }
}

/// The example with these classes, compared as numbers.
std::string with_numeric_classes(const std::string& first, const std::string& second) {
  nlohmann::json object = nlohmann::json::parse(to_json(example_model()));
  object["classes"] = {first, second};
  object["numeric_classes"] = true;
  return object.dump();
}

TEST(HostileModel, NumericClassesMustBeFiniteDecimalNumbersThatIncrease) {
  EXPECT_EQ(refusal(with_numeric_classes("9", "10")), "");
  EXPECT_EQ(refusal(with_numeric_classes("-1", "+1.0")), "");
  expect_refused(with_numeric_classes("10", "9"), "/classes must increase in value");
  expect_refused(with_numeric_classes("1", "1.0"), "/classes must increase in value");
  for (const char* text : {"0x10", "inf", "nan", " 2", "1e999", ""}) {
    expect_refused(with_numeric_classes("1", text), "/numeric_classes is true, but not every class is a number");
  }
}

TEST(HostileModel, TextClassesMustBeInTheOrderOfTheirBytes) {
  expect_refused(edited("/classes", {"9", "10"}), "/classes must be in ascending order of their bytes");
  EXPECT_EQ(refusal(edited("/classes", {"10", "9"})), "");
  EXPECT_EQ(refusal(edited("/classes", {"z", "ä"})), "");  // bytes above 127 are larger than letters
}

TEST(HostileModel, FeatureNamesMustBeDistinct) {
  expect_refused(edited("/encoder/columns/0/name", "color=red"),
                 "/encoder/columns make two features named \"color=red\"");
  EXPECT_EQ(refusal(edited("/encoder/columns/0/name", "color=blue")), "");  // the reference level is no feature
}

TEST(HostileModel, NumbersOutOfRangeAreRefused) {
  expect_refused(replaced("\"l2\": 0.1", "\"l2\": 1e999"), "a number is out of range (at or after the key \"l2\")");
  expect_refused(replaced("\"l2\": 0.1", "\"l2\": NaN"), "it is not JSON");
}

TEST(HostileModel, NestingHasAnEnd) {
  const std::string deep(1'000'000, '[');
  expect_refused(replaced("\"l2\": 0.1", "\"l2\": " + deep), "nested too deeply");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  expect_refused(objects, "nested too deeply");
}

TEST(HostileModel, LongNamesAreCutInTheMessage) {
  expect_refused(edited("/task", std::string(1'000'000, 'x')), "/task is \"xxx");
  expect_refused(edited("/" + std::string(1'000'000, 'k'), 1), "has the key \"kkk");
}

}  // namespace
}  // namespace plumbline
