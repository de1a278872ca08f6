// What `--calibrate` does from fit to predict: through the command line, figures against the predictions' own columns.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/tables.hpp"
#include "plumbline/models/class_logits.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/recalibrate.hpp"
#include "plumbline/report/recalibrate_report.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kCalibrationRows = 600;

class CalibrationFlags : public ::testing::Test {
 protected:
  /// Fits with a penalty so strong that the probabilities are far too timid, unless `more` says otherwise.
  template <class Target>
  Json fit(const std::vector<Target>& target, const Arguments& more = {}) {
    data_ = folder_.write("t.csv", table_text(example_, target));
    Arguments arguments{"fit", data_, "--target", "y", "-o", model_, "--save-split", split_};
    if (std::find(more.begin(), more.end(), "--l2") == more.end()) arguments.insert(arguments.end(), {"--l2", "3"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }
  /// The test rows of the last fit as a table of their own.
  std::string test_rows() const {
    const std::vector<std::string> part = column_of_csv(read_text(split_), "part");
    std::istringstream lines(read_text(data_));
    std::string text, line;
    std::getline(lines, line);
    text = line + "\n";
    for (std::size_t i = 0; std::getline(lines, line); ++i) text += part[i] == "test" ? line + "\n" : "";
    return folder_.write("test.csv", text);
  }
  /// What evaluate says of the test rows is what fit said.
  void expect_reproducible(const Json& fitted) {
    const Json again = json_of({"evaluate", model_, test_rows()});
    EXPECT_EQ(again["metrics"]["test"], fitted["metrics"]["test"]);
    EXPECT_EQ(again["costs"], fitted["costs"]);
    EXPECT_EQ(again["confusion"], fitted["confusion"]);
  }

  const Example example_{kCalibrationRows};
  TemporaryFolder folder_;
  std::string model_ = folder_.path("m.json"), split_ = folder_.path("split.csv"), data_;
};

TEST_F(CalibrationFlags, ThePosteriorSaysThatItIsNotCalibrated) {
  const auto said = [&] { return run_program({"predict", model_, data_, "--posterior", "10"}).err; };
  fit(example_.kind, {"--calibrate", "temperature"});
  EXPECT_NE(said().find("before the calibrator"), std::string::npos) << said();
  fit(example_.kind, {"--calibrate", "none"});
  EXPECT_EQ(said().find("before the calibrator"), std::string::npos) << said();
}

TEST_F(CalibrationFlags, AutoRepairsTimidProbabilities) {
  const Json fitted = fit(example_.kind);
  const Json calibration = fitted["calibration"];
  EXPECT_NE(calibration["method"], "none");
  EXPECT_EQ(calibration["chosen"], true);
  EXPECT_EQ(fitted["data"]["split"]["calibration"], 120);
  EXPECT_EQ(calibration["rows"], 60);  // the other half is for the conformal threshold
  EXPECT_EQ(calibration["measured_rows"], 120);
  EXPECT_GT(calibration["ece_before"], calibration["ece_after"]);
  EXPECT_GT(calibration["log_loss_before"], calibration["log_loss_after"]);
  EXPECT_EQ(calibration["ece_after"], fitted["metrics"]["test"]["ece"]);
  EXPECT_EQ(calibration["log_loss_after"], fitted["metrics"]["test"]["log_loss"]);
  EXPECT_EQ(calibration["scores"].size(), 5U);
  expect_reproducible(fitted);
  // What it was before is what a fit without calibrator says.
  const Json plain = fit(example_.kind, {"--calibrate", "none"});
  EXPECT_EQ(plain["calibration"]["ece_before"], calibration["ece_before"]);
  EXPECT_EQ(plain["metrics"]["baseline"], fitted["metrics"]["baseline"]);
  const Json cooled = fit(example_.kind, {"--calibrate", "temperature"});
  EXPECT_LT(cooled["calibration"]["temperature"], 0.7);
  EXPECT_EQ(cooled["metrics"]["test"]["accuracy"], plain["metrics"]["test"]["accuracy"]);
  EXPECT_EQ(cooled["confusion"], plain["confusion"]);
}

TEST_F(CalibrationFlags, EveryMethodIsAppliedByEveryCommand) {
  for (const char* method : {"temperature", "vector", "platt", "isotonic"}) {
    for (const bool binary : {false, true}) {
      const Json fitted =
          binary ? fit(example_.yes, {"--calibrate", method}) : fit(example_.kind, {"--calibrate", method});
      EXPECT_EQ(fitted["calibration"]["method"], method);
      EXPECT_EQ(fitted["calibration"]["chosen"], false);
      EXPECT_EQ(fitted["calibration"]["temperature"].is_null(), std::string(method) != "temperature");
      EXPECT_LT(fitted["calibration"]["log_loss_after"], fitted["calibration"]["log_loss_before"]) << method;
      expect_reproducible(fitted);
      EXPECT_EQ(json_of({"inspect", model_})["calibration"]["method"], method);
      const Outcome predicted = run_program({"predict", model_, test_rows(), "-q"});
      const std::vector<std::string> truth = column_of_csv(read_text(folder_.path("test.csv")), "y");
      std::vector<std::vector<double>> p;
      for (int k = 0; k < (binary ? 2 : 3); ++k) p.push_back(numbers_of_csv(predicted.out, fmt::format("p_{}", k)));
      double surprise = 0;
      for (std::size_t i = 0; i < truth.size(); ++i) {
        double sum = 0;
        for (const auto& column : p) sum += column[i];
        EXPECT_NEAR(sum, 1, 1e-14);
        surprise -= std::log(p[static_cast<std::size_t>(std::stoi(truth[i]))][i]);
      }
      // Logarithms of rounded probabilities against those of log space.
      const double log_loss = fitted["metrics"]["test"]["log_loss"];
      EXPECT_NEAR(surprise / static_cast<double>(truth.size()), log_loss, 1e-13) << method;
    }
  }
}

TEST_F(CalibrationFlags, NoneIsTheModelWithoutCalibrator) {
  const Json fitted = fit(example_.kind, {"--calibrate", "none"});
  EXPECT_EQ(fitted["calibration"]["method"], "none");
  EXPECT_EQ(fitted["calibration"]["rows"], 0);
  EXPECT_TRUE(fitted["calibration"]["temperature"].is_null());
  EXPECT_EQ(fitted["calibration"]["ece_before"], fitted["calibration"]["ece_after"]);
  EXPECT_FALSE(Json::parse(read_text(model_)).contains("calibrators"));
  EXPECT_EQ(json_of({"inspect", model_})["calibration"], Json::parse(R"({"method":"none","temperature":null})"));
  // Well calibrated as it is: auto keeps none, and the halves.
  const Json kept = fit(example_.kind, {"--l2", "0.001"});
  EXPECT_EQ(kept["calibration"]["method"], "none");
  EXPECT_EQ(kept["calibration"]["rows"], 60);
}

TEST_F(CalibrationFlags, WithoutCalibrationRowsThereIsNothingToFitBy) {
  const Json fitted = fit(example_.yes, {"--calibration", "0"});
  EXPECT_EQ(fitted["calibration"]["method"], "none");
  const Outcome refused =
      run_program({"fit", data_, "--target", "y", "--calibration", "0", "--calibrate", "temperature"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--calibrate temperature needs calibration rows"), std::string::npos) << refused.err;
  const Json no_test = fit(example_.yes, {"--test", "0"});
  EXPECT_TRUE(no_test["calibration"]["ece_after"].is_null());
  EXPECT_TRUE(no_test["calibration"]["ece_after_reason"].is_string());
}

TEST_F(CalibrationFlags, FewRowsAreTooFewToChooseBy) {
  const Outcome outcome = run_program({"fit", folder_.write("few.csv", table_text(Example(120), Example(120).yes)),
                                       "--target", "y", "--calibrate", "auto", "--l2", "3"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("12 rows are too few to choose a calibrator by"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find("calibration: none"), std::string::npos) << outcome.out;
}

TEST_F(CalibrationFlags, MarginsBecomeProbabilitiesWhenAskedTo) {
  const Json margins = fit(example_.yes, {"--loss", "hinge"});
  EXPECT_EQ(margins["calibration"]["method"], "none");
  EXPECT_EQ(margins["calibration"]["rows"], 0);
  EXPECT_TRUE(margins["metrics"]["test"]["log_loss"].is_null());
  const Json platt = fit(example_.yes, {"--loss", "hinge", "--calibrate", "platt"});
  EXPECT_LT(platt["metrics"]["test"]["log_loss"], platt["metrics"]["baseline"]["log_loss"]);
  EXPECT_TRUE(platt["calibration"]["ece_before"].is_null());
  EXPECT_LT(platt["calibration"]["ece_after"], 0.15);
  expect_reproducible(platt);
  EXPECT_EQ(numbers_of_csv(run_program({"predict", model_, data_, "-q"}).out, "p_1").size(), kCalibrationRows);
  // Least squares on one-hot targets likewise.
  const Json squared = fit(example_.kind, {"--loss", "squared", "--task", "multiclass", "--calibrate", "platt"});
  EXPECT_LT(squared["metrics"]["test"]["log_loss"], squared["metrics"]["baseline"]["log_loss"]);
  expect_reproducible(squared);
}

TEST_F(CalibrationFlags, ARegressionHasNoCalibrator) {
  EXPECT_TRUE(fit(example_.number)["calibration"].is_null());
  EXPECT_TRUE(json_of({"inspect", model_})["calibration"].is_null());
  const Outcome refused = run_program({"fit", data_, "--target", "y", "--calibrate", "isotonic"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(run_program({"fit", data_, "--target", "y", "--calibrate", "magic"}).code, 2);
}

TEST_F(CalibrationFlags, LabelsHaveACalibratorEach) {
  std::string labels = "x,z,a,b\n";
  for (std::size_t i = 0; i < kCalibrationRows; ++i) {
    labels +=
        fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], example_.kind[i] == 1 ? 1 : 0);
  }
  data_ = folder_.write("labels.csv", labels);
  const Json fitted = json_of({"fit", data_, "--target", "a,b", "--l2", "3", "-o", model_, "--save-split", split_,
                               "--calibrate", "temperature"});
  ASSERT_EQ(fitted["calibration"]["labels"].size(), 2U);
  EXPECT_EQ(fitted["calibration"]["labels"][1]["label"], "b");
  EXPECT_LT(fitted["calibration"]["labels"][0]["temperature"], 1);
  EXPECT_LT(fitted["calibration"]["log_loss_after"], fitted["calibration"]["log_loss_before"]);
  EXPECT_LT(fitted["calibration"]["ece_after"], fitted["calibration"]["ece_before"]);
  EXPECT_EQ(fitted["calibration"]["log_loss_after"], fitted["metrics"]["test"]["log_loss"]);
  const std::vector<std::string> part = column_of_csv(read_text(split_), "part");
  EXPECT_EQ(json_of({"inspect", model_})["calibration"]["labels"].size(), 2U);
  // p = σ(eta/T) of that label.
  const LinearModel model = load_model(model_);
  const double eta[2] = {0.3, -0.6};
  double p[2];
  probabilities(model, eta, 1, p);
  for (std::size_t l = 0; l < 2; ++l)
    EXPECT_NEAR(p[l], 1 / (1 + std::exp(-eta[l] / model.calibrators[l].temperature)), 1e-15);
}

TEST_F(CalibrationFlags, OtherLinksAreCalibratedByTheirOwnProbabilities) {
  for (const char* link : {"probit", "cloglog"}) {
    const Json fitted = fit(example_.yes, {"--link", link, "--calibrate", "temperature"});
    expect_reproducible(fitted);
    LinearModel model = load_model(model_);
    const std::vector<double> eta{-9, -1, 0, 0.7, 4};
    std::vector<double> logits(10), p(10), plain(10);
    class_logits(model, eta.data(), 5, logits.data());
    model.calibrators.clear();
    probabilities(model, eta.data(), 5, plain.data());
    for (std::size_t c = 0; c < 10; ++c)
      EXPECT_NEAR(logits[c], std::log(plain[c]), 1e-12 * std::fabs(logits[c]) + 1e-15);
  }
}

TEST_F(CalibrationFlags, TheSameBitsForAnyThreadsAndAnotherHalfForAnotherSeed) {
  const auto calibrators = [&](const Arguments& more) {
    fit(example_.kind, more);
    return Json::parse(read_text(model_))["calibrators"];
  };
  const Json one = calibrators({"--threads", "1"});
  EXPECT_EQ(calibrators({"--threads", "3", "--block-rows", "7"}), one);
  EXPECT_NE(calibrators({"--seed", "1"}), one);
}

TEST_F(CalibrationFlags, WeightsCountAsRows) {
  std::string text = "x,z,y,s\n";
  for (std::size_t i = 0; i < kCalibrationRows; ++i)
    text += fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], i % 3);
  const std::string data = folder_.write("weighted.csv", text);
  const Json fitted =
      json_of({"fit", data, "--target", "y", "--weights", "s", "--l2", "3", "--calibrate", "platt", "-o", model_});
  EXPECT_LT(fitted["calibration"]["log_loss_after"], fitted["calibration"]["log_loss_before"]);
}

TEST_F(CalibrationFlags, ASavedModelIsCalibratedAnew) {
  fit(example_.kind, {"--calibrate", "none"});
  const Example fresh(900);
  const std::string data = folder_.write("fresh.csv", table_text(fresh, fresh.kind));
  RecalibrateOptions options;
  options.trust.calibrate = CalibrationMethod::temperature;
  const LinearModel model = load_model(model_);
  const RecalibrateResult result = recalibrate(model, data, options);
  ASSERT_EQ(result.model.calibrators.size(), 1U);
  EXPECT_LT(result.model.calibrators[0].temperature, 0.7);
  EXPECT_EQ(result.calibration->rows, 450U);
  EXPECT_EQ(result.calibration->measured_rows, 450U);
  EXPECT_LT(result.calibration->ece_after, result.calibration->ece_before);
  const Json said = Json::parse(recalibrate_json(result, "m2.json"));
  EXPECT_EQ(said["command"], "calibrate");
  EXPECT_EQ(said["data"]["rows"], 900);
  EXPECT_EQ(said["calibration"]["method"], "temperature");
  EXPECT_NE(recalibrate_text(result, "m2.json").find("calibration: temperature"), std::string::npos);
  // Again, of the model that has a calibrator already: it is replaced, not stacked.
  const RecalibrateResult again = recalibrate(result.model, data, options);
  EXPECT_EQ(again.model.calibrators[0].temperature, result.model.calibrators[0].temperature);
  options.trust.calibrate = CalibrationMethod::none;
  EXPECT_TRUE(recalibrate(result.model, data, options).model.calibrators.empty());
}

}  // namespace
}  // namespace plumbline
