// Calibrators and costs in the model file.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/example_model.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace plumbline {
namespace {

LinearModel model_with(Calibrator calibrator) {
  LinearModel model = example_model();
  calibrator.classes = 2;
  model.calibrators = {std::move(calibrator)};
  model.costs = CostMatrix{2, {0, 10.0 / 3, 1, -0.5}, 0.25};
  return model;
}

Calibrator of(CalibrationMethod method) {
  Calibrator calibrator;
  calibrator.method = method;
  return calibrator;
}

Calibrator temperature() {
  Calibrator calibrator = of(CalibrationMethod::temperature);
  calibrator.temperature = 1.0 / 3;
  return calibrator;
}

Calibrator vector_scaling() {
  Calibrator calibrator = of(CalibrationMethod::vector);
  calibrator.scale = {0.1, 2.0 / 3};
  calibrator.offset = {-0.1, 0.1};
  return calibrator;
}

Calibrator platt() {
  Calibrator calibrator = of(CalibrationMethod::platt);
  calibrator.scale = {-1.0 / 3};
  calibrator.offset = {1e-300};
  return calibrator;
}

Calibrator isotonic() {
  Calibrator calibrator = of(CalibrationMethod::isotonic);
  calibrator.isotonic = {{{-1e300, 0, 1.0 / 3}, {0.1, 0.1, 2.0 / 3}}};
  return calibrator;
}

/// The probabilities of a few etas, which is all that a calibrator is for.
std::vector<double> probabilities_of(const LinearModel& model) {
  const std::vector<double> eta{-700, -1, 0, 0.25, 3};
  std::vector<double> p(2 * eta.size());
  probabilities(model, eta.data(), eta.size(), p.data());
  return p;
}

TEST(SavedCalibrator, ComesBackToTheLastBit) {
  for (const Calibrator& calibrator : {temperature(), vector_scaling(), platt(), isotonic()}) {
    const LinearModel model = model_with(calibrator);
    const std::string text = to_json(model);
    const LinearModel again = model_from_json(text, "m.json");
    ASSERT_EQ(again.calibrators.size(), 1U);
    EXPECT_EQ(again.calibrators[0].method, calibrator.method);
    EXPECT_EQ(probabilities_of(again), probabilities_of(model));
    EXPECT_NE(probabilities_of(again), probabilities_of(example_model()));
    ASSERT_TRUE(again.costs);
    EXPECT_EQ(again.costs->cost, model.costs->cost);
    EXPECT_EQ(again.costs->abstain, model.costs->abstain);
    EXPECT_EQ(to_json(again), text);
  }
}

TEST(SavedCalibrator, OlderFilesDoWithoutIt) {
  const LinearModel model = model_from_json(to_json(example_model()), "m.json");
  EXPECT_TRUE(model.calibrators.empty());
  EXPECT_FALSE(model.costs);
}

TEST(SavedCalibrator, OfLabelsIsOneALabel) {
  LinearModel model = example_model();
  model.task = Task::multilabel;
  model.loss = default_loss(Task::multilabel);
  model.classes.clear();
  model.targets = {"a"};
  Calibrator none;
  none.classes = 2;
  model.calibrators = {temperature()};
  model.calibrators[0].classes = 2;
  EXPECT_EQ(model_from_json(to_json(model), "m.json").calibrators[0].temperature, 1.0 / 3);
  model.calibrators = {none};
  EXPECT_EQ(model_from_json(to_json(model), "m.json").calibrators.size(), 1U);
  model.calibrators = {none, none};
  EXPECT_THROW((void)model_from_json(to_json(model), "m.json"), FileError);
}

struct Edit {
  const char* pointer;
  nlohmann::json value;
};

void expect_refused(const Calibrator& calibrator, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    nlohmann::json object = nlohmann::json::parse(to_json(model_with(calibrator)));
    object[nlohmann::json::json_pointer(edit.pointer)] = edit.value;
    try {
      (void)model_from_json(object.dump(), "m.json");
      ADD_FAILURE() << edit.pointer << " = " << edit.value;
    } catch (const FileError& error) {
      const std::string key = std::string(edit.pointer).substr(0, 6);
      EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
    }
  }
}

TEST(SavedCalibrator, EveryWrongValueIsNamed) {
  using nlohmann::json;
  expect_refused(temperature(), {{"/calibrators", nullptr},
                                 {"/calibrators", json::array()},
                                 {"/calibrators/0", 1},
                                 {"/calibrators/0", json{{"method", "none"}}},
                                 {"/calibrators/0/method", "magic"},
                                 {"/calibrators/0/method", "platt"},
                                 {"/calibrators/0/temperature", 0},
                                 {"/calibrators/0/temperature", -1},
                                 {"/calibrators/0/temperature", nullptr},
                                 {"/calibrators/0/scale", json::array()},
                                 {"/calibrators/1", json{{"method", "temperature"}, {"temperature", 1}}}});
  expect_refused(
      vector_scaling(),
      {{"/calibrators/0/scale", {1}}, {"/calibrators/0/scale/0", "1"}, {"/calibrators/0/offset", {1, 2, 3}}});
  expect_refused(platt(), {{"/calibrators/0/scale", {1, 2}}, {"/calibrators/0/offset", json::array()}});
  expect_refused(isotonic(), {{"/calibrators/0/maps", json::array()},
                              {"/calibrators/0/maps/0", nullptr},
                              {"/calibrators/0/maps/0/score", json::array()},
                              {"/calibrators/0/maps/0/score", {0, 0, 1}},
                              {"/calibrators/0/maps/0/score", {0, 1}},
                              {"/calibrators/0/maps/0/value", {0.5, 0.4, 0.6}},
                              {"/calibrators/0/maps/0/value", {0, 0.4, 0.6}},
                              {"/calibrators/0/maps/0/value", {0.1, 0.4, 1}},
                              {"/calibrators/0/maps/0/extra", 1},
                              {"/calibrators/0/maps/1", json{{"score", {1}}, {"value", {0.5}}}}});
  expect_refused(temperature(), {{"/costs", nullptr},
                                 {"/costs/table", {1, 2}},
                                 {"/costs/table/0", {1}},
                                 {"/costs/table/1/1", "x"},
                                 {"/costs/table/2", {0, 1}},
                                 {"/costs/abstain", "no"},
                                 {"/costs/extra", 1}});
}

TEST(SavedCalibrator, CostsNeedProbabilities) {
  LinearModel model = model_with(temperature());
  model.loss.kind = LossKind::hinge;
  model.loss.link = default_link(LossKind::hinge, Task::binary);
  EXPECT_TRUE(model_from_json(to_json(model), "m.json").costs);
  model.calibrators.clear();
  EXPECT_THROW((void)model_from_json(to_json(model), "m.json"), FileError);
}

TEST(SavedCalibrator, NothingInfiniteIsWritten) {
  LinearModel model = model_with(temperature());
  model.calibrators[0].temperature = kInfinity;
  EXPECT_THROW((void)to_json(model), std::invalid_argument);
  model = model_with(isotonic());
  model.calibrators[0].isotonic[0].score[0] = -kInfinity;
  EXPECT_THROW((void)to_json(model), std::invalid_argument);
  model = model_with(platt());
  model.costs->abstain = kInfinity;
  EXPECT_THROW((void)to_json(model), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
