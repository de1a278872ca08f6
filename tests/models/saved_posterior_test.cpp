#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/example_model.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/model_file.hpp"

namespace plumbline {
namespace {

LinearModel model_with_posterior() {
  LinearModel model = example_model();
  model.posterior = SavedPosterior{{1, 2, 3, 4}, {1, 0.5, 0, 2}, 0.25, {std::vector<double>(15, 1.0 / 3)}};
  return model;
}

TEST(SavedPosterior, ComesBackToTheLastBit) {
  const std::string text = to_json(model_with_posterior());
  const LinearModel again = model_from_json(text, "m.json");
  ASSERT_TRUE(again.posterior);
  EXPECT_EQ(again.posterior->center, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(again.posterior->scale, (std::vector<double>{1, 0.5, 0, 2}));
  EXPECT_EQ(again.posterior->noise_variance, 0.25);
  EXPECT_EQ(again.posterior->roots, model_with_posterior().posterior->roots);
  EXPECT_EQ(to_json(again), text);
}

TEST(SavedPosterior, OlderFilesDoWithoutIt) {
  EXPECT_FALSE(model_from_json(to_json(example_model()), "m.json").posterior);
}

TEST(SavedPosterior, EveryWrongValueIsNamed) {
  struct WrongValue {
    const char* pointer;
    nlohmann::json value;
  };
  for (const WrongValue& edit : std::vector<WrongValue>{{"/posterior", nullptr},
                                                        {"/posterior", nlohmann::json::array()},
                                                        {"/posterior/center", {1, 2, 3}},
                                                        {"/posterior/center/0", "1"},
                                                        {"/posterior/scale/2", -1},
                                                        {"/posterior/scale", nlohmann::json::array()},
                                                        {"/posterior/noise_variance", -1},
                                                        {"/posterior/noise_variance", nullptr},
                                                        {"/posterior/roots", nlohmann::json::array()},
                                                        {"/posterior/roots", {1}},
                                                        {"/posterior/roots/0", {1, 2}},
                                                        {"/posterior/roots/0/14", nullptr},
                                                        {"/posterior/extra", 1}}) {
    nlohmann::json object = nlohmann::json::parse(to_json(model_with_posterior()));
    object[nlohmann::json::json_pointer(edit.pointer)] = edit.value;
    try {
      (void)model_from_json(object.dump(), "m.json");
      FAIL() << edit.pointer;
    } catch (const FileError& error) {
      EXPECT_NE(std::string(error.what()).find("/posterior"), std::string::npos) << error.what();
    }
  }
  LinearModel model = model_with_posterior();
  model.posterior->roots[0][3] = std::numeric_limits<double>::infinity();
  EXPECT_THROW((void)to_json(model), std::invalid_argument);
}

TEST(ClassWeights, ComeBackAndMustBePositive) {
  LinearModel model = example_model();
  model.training.class_weights = {0.5, 2};
  EXPECT_EQ(model_from_json(to_json(model), "m.json").training.class_weights, model.training.class_weights);
  for (const std::vector<double>& wrong : std::vector<std::vector<double>>{{1}, {1, 0}, {1, -2}, {1, 2, 3}}) {
    model.training.class_weights = wrong;
    EXPECT_THROW((void)model_from_json(to_json(model), "m.json"), FileError);
  }
}

}  // namespace
}  // namespace plumbline
