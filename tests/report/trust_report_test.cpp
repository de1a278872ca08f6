#include "plumbline/report/trust_report.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "plumbline/report/results_json.hpp"
#include "plumbline/report/results_text.hpp"
#include "report/example_fit.hpp"

namespace plumbline {
namespace {

FitResult calibrated_fit() {
  FitResult result = example_fit();
  CalibrationResult calibration;
  calibration.chosen = true;
  calibration.rows = 57;
  calibration.calibrators = {{"", CalibrationMethod::temperature, 1.25, {{CalibrationMethod::none, 0.5, 0, 0}}}};
  calibration.measured_rows = 114;
  calibration.ece_before = 0.03;
  calibration.ece_after = 0.01;
  calibration.log_loss_before = calibration.log_loss_after = 0.2;
  result.calibration = calibration;
  result.model.costs = CostMatrix{2, {0, 9, 1, 0}, 0.25};
  result.cost = RealisedCost{0.1, 0.11, 0.3, 0.6, 1, 0.125};
  return result;
}

TEST(TrustReport, JsonHasTheKeysOfTheContract) {
  const auto object = nlohmann::json::parse(fit_json(calibrated_fit()));
  EXPECT_EQ(object["calibration"]["method"], "temperature");
  EXPECT_EQ(object["calibration"]["temperature"], 1.25);
  EXPECT_EQ(object["calibration"]["ece_before"], 0.03);
  EXPECT_EQ(object["calibration"]["ece_after"], 0.01);
  EXPECT_EQ(object["calibration"]["scores"][0]["method"], "none");
  EXPECT_EQ(object["costs"]["always_class"], "malignant");
  EXPECT_EQ(object["costs"]["abstained"], 0.125);
}

TEST(TrustReport, OfSeveralLabelsNamesEach) {
  CalibrationResult result;
  result.calibrators = {{"a", CalibrationMethod::platt, 1, {}}, {"b", CalibrationMethod::temperature, 2, {}}};
  result.ece_before = std::numeric_limits<double>::quiet_NaN();
  const OrderedJson object = calibration_json(result);
  EXPECT_EQ(object["method"], "mixed");
  EXPECT_TRUE(object["temperature"].is_null());
  EXPECT_EQ(object["labels"][1]["temperature"], 2.0);
  EXPECT_TRUE(object["ece_before"].is_null());
  EXPECT_TRUE(object["ece_before_reason"].is_string());
  EXPECT_NE(calibration_line(result, "the test rows").find("temperature for 1 label, platt for 1 label"),
            std::string::npos);
}

TEST(TrustReport, TextSaysWhatChanged) {
  const std::string text = fit_text(calibrated_fit(), {"t.csv", "", false});
  EXPECT_NE(text.find("calibration: temperature 1.25 (chosen on 57 rows); on the test rows, ECE 0.03 before, 0.01 "
                      "after, log loss 0.2\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("cost a row on the test rows: 0.1 (expected 0.11); 0.3 for the most probable class, 0.6 always "
                      "malignant; abstained from 12.5 %\n"),
            std::string::npos)
      << text;
}

TEST(TrustReport, InspectShowsCostsAndWhereTheyDecide) {
  FitResult result = calibrated_fit();
  const std::string text = inspect_text(result.model);
  EXPECT_NE(text.find("abstaining costs 0.25"), std::string::npos) << text;
  EXPECT_NE(text.find("decide benign where p of malignant is at most 0.0277778, malignant from 0.75, abstain between"),
            std::string::npos)
      << text;
  result.model.costs->abstain.reset();
  EXPECT_NE(saved_costs_lines(result.model).find("decide malignant where p of it is above 0.1"), std::string::npos);
  result.model.costs.reset();
  EXPECT_EQ(saved_costs_lines(result.model) + saved_calibration_line(result.model), "");
}

}  // namespace
}  // namespace plumbline
