// Sets and intervals from fit to predict, through the command line: thresholds and coverage worked out again from the
// predictions and the split that are written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "pipeline/tables.hpp"
#include "plumbline/conformal/threshold.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kSetRows = 400;

std::vector<std::string> split_at_bar(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, '|');) parts.push_back(part);
  return parts;
}

class PredictionSetsFlags : public ::testing::Test {
 protected:
  /// JSON of a fit whose model and split are kept.
  template <class Target>
  Json fit(const std::vector<Target>& target, const Arguments& more) {
    data_ = folder_.write("t.csv", table_text(example_, target));
    Arguments arguments{"fit", data_, "--target", "y", "-o", model_, "--save-split", split_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }
  std::string predict(const Arguments& more = {}) const {
    Arguments arguments{"predict", model_, data_, "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }
  /// Rows, from 0, of a part.
  std::vector<std::size_t> part(const std::string& name) const {
    const std::vector<std::string> parts = column_of_csv(read_text(split_), "part");
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == name) rows.push_back(i);
    }
    return rows;
  }
  /// What JSON says of coverage and size is what the printed sets show on the test rows.
  template <class Target>
  void expect_sets_as_said(const Json& said, const std::string& csv, const std::vector<Target>& target) const {
    const std::vector<std::string> sets = column_of_csv(csv, "set");
    double covered = 0, size = 0;
    for (const std::size_t i : part("test")) {
      const std::vector<std::string> labels = split_at_bar(sets[i]);
      size += static_cast<double>(labels.size());
      covered += std::find(labels.begin(), labels.end(), fmt::format("{}", target[i])) != labels.end() ? 1 : 0;
    }
    const auto n = static_cast<double>(part("test").size());
    EXPECT_NEAR(said["coverage"].get<double>(), covered / n, 1e-15);
    EXPECT_NEAR(said["mean_size"].get<double>(), size / n, 1e-14);
  }
  void expect_intervals_as_said(const Json& said, const std::string& csv) const {
    const std::vector<double> lower = numbers_of_csv(csv, "lower"), upper = numbers_of_csv(csv, "upper");
    double covered = 0, size = 0;
    for (const std::size_t i : part("test")) {
      covered += lower[i] <= example_.number[i] && example_.number[i] <= upper[i] ? 1 : 0;
      size += upper[i] - lower[i];
    }
    const auto n = static_cast<double>(part("test").size());
    EXPECT_NEAR(said["coverage"].get<double>(), covered / n, 1e-15);
    EXPECT_NEAR(said["mean_size"].get<double>(), size / n, 1e-13 * size / n);
  }
  static double order_statistic(std::vector<double> scores, double miscoverage) {
    std::sort(scores.begin(), scores.end());
    return scores.at(conformal_rank(scores.size(), miscoverage) - 1);
  }

  Example example_{kSetRows};
  TemporaryFolder folder_;
  std::string model_ = folder_.path("m.json"), split_ = folder_.path("s.csv"), data_;
};

TEST_F(PredictionSetsFlags, OfClassesAreLacByDefault) {
  const Json said = fit(example_.kind, {"--calibrate", "none"})["conformal"];
  EXPECT_EQ(said["method"], "lac");
  EXPECT_EQ(said["miscoverage"], 0.1);
  const std::string csv = predict();
  std::vector<double> scores;
  for (const std::size_t i : part("calibration")) {
    scores.push_back(1 - numbers_of_csv(csv, fmt::format("p_{}", example_.kind[i]))[i]);
  }
  EXPECT_EQ(said["rows"].get<double>(), static_cast<double>(scores.size()));
  const double threshold = order_statistic(scores, 0.1);
  EXPECT_EQ(said["threshold"].get<double>(), threshold);
  const std::vector<std::string> sets = column_of_csv(csv, "set");
  for (std::size_t i = 0; i < kSetRows; ++i) {
    std::string expected;
    double largest = 0;
    for (const int k : {0, 1, 2}) {
      const double p = numbers_of_csv(csv, fmt::format("p_{}", k))[i];
      largest = std::fmax(largest, p);
      if (1 - p <= threshold) expected += fmt::format("{}{}", expected.empty() ? "" : "|", k);
    }
    if (1 - largest > threshold) expected = column_of_csv(csv, "prediction")[i];
    ASSERT_EQ(sets[i], expected) << i;
  }
  expect_sets_as_said(said, csv, example_.kind);
}

TEST_F(PredictionSetsFlags, EveryMethodOfClassesSaysWhatItsSetsShow) {
  for (const std::string method : {"lac", "aps", "raps"}) {
    for (const Arguments& more : {Arguments{}, {"--randomized"}, {"--class-conditional"}, {"--allow-empty"}}) {
      Arguments arguments{"--conformal", method, "--miscoverage", "0.2", "--calibrate", "temperature"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      const Json said = fit(example_.kind, arguments)["conformal"];
      EXPECT_EQ(said["method"], method);
      expect_sets_as_said(said, predict(), example_.kind);
      if (more == Arguments{"--class-conditional"}) {
        EXPECT_EQ(said["thresholds"].size(), 3U);
        EXPECT_EQ(said["class_coverage"].size(), 3U);
      }
    }
  }
}

TEST_F(PredictionSetsFlags, TheCalibratorNeverSeesTheRowsOfTheThreshold) {
  const Json fitted = fit(example_.yes, {"--calibrate", "platt"});
  EXPECT_EQ(fitted["data"]["split"]["calibration"], 80);
  EXPECT_EQ(fitted["calibration"]["rows"], 40);
  EXPECT_EQ(fitted["conformal"]["rows"], 40);
}

TEST_F(PredictionSetsFlags, OfNumbersAreAbsoluteResidualsByDefault) {
  const Json said = fit(example_.number, {})["conformal"];
  EXPECT_EQ(said["method"], "absolute");
  const std::string csv = predict();
  const std::vector<double> prediction = numbers_of_csv(csv, "prediction");
  std::vector<double> scores;
  for (const std::size_t i : part("calibration")) scores.push_back(std::fabs(example_.number[i] - prediction[i]));
  const double threshold = order_statistic(scores, 0.1);
  EXPECT_EQ(said["threshold"].get<double>(), threshold);
  const std::vector<double> lower = numbers_of_csv(csv, "lower"), upper = numbers_of_csv(csv, "upper");
  for (std::size_t i = 0; i < kSetRows;
       ++i) {  // an ulp or two: ends are rounded to where the residual is the threshold
    EXPECT_NEAR(lower[i], prediction[i] - threshold, 4e-15);
    EXPECT_NEAR(upper[i], prediction[i] + threshold, 4e-15);
  }
  expect_intervals_as_said(said, csv);
}

TEST_F(PredictionSetsFlags, FollowAPredictedVariance) {
  const Json said = fit(example_.number, {"--loss", "gaussian", "--variance", "linear"})["conformal"];
  EXPECT_EQ(said["method"], "scaled");
  const std::string csv = predict();
  const std::vector<double> sd = numbers_of_csv(csv, "sd"), lower = numbers_of_csv(csv, "lower"),
                            upper = numbers_of_csv(csv, "upper");
  for (std::size_t i = 0; i < kSetRows; ++i)
    EXPECT_NEAR((upper[i] - lower[i]) / 2, said["threshold"].get<double>() * sd[i], 1e-13);
  expect_intervals_as_said(said, csv);
}

// The quantiles are those that fits of the pinball loss at α/2 and 1 − α/2 predict.
TEST_F(PredictionSetsFlags, KeepTwoQuantilesForCqr) {
  const Json said = fit(example_.number, {"--conformal", "cqr", "--miscoverage", "0.2"})["conformal"];
  const std::string csv = predict();
  const double threshold = said["threshold"].get<double>();
  expect_intervals_as_said(said, csv);
  const std::vector<double> lower = numbers_of_csv(csv, "lower"), upper = numbers_of_csv(csv, "upper");
  std::vector<double> scores(kSetRows, -HUGE_VAL);
  for (const bool low : {true, false}) {
    fit(example_.number, {"--loss", "quantile", "--quantile", low ? "0.1" : "0.9"});
    const std::vector<double> quantile = numbers_of_csv(predict(), "prediction");
    for (std::size_t i = 0; i < kSetRows; ++i) {
      // Both are the same optimum, to what its certificate leaves open.
      EXPECT_NEAR(low ? lower[i] + threshold : upper[i] - threshold, quantile[i], 1e-9);
      const double y = example_.number[i];
      scores[i] = std::fmax(scores[i], low ? quantile[i] - y : y - quantile[i]);
    }
  }
  std::vector<double> held;
  for (const std::size_t i : part("calibration")) held.push_back(scores[i]);
  EXPECT_NEAR(threshold, order_statistic(held, 0.2), 1e-9);
}

TEST_F(PredictionSetsFlags, OfTheJackknifeNeedTheTrainingRows) {
  const Json fitted = fit(example_.number, {"--conformal", "jackknife+", "--l2", "0.1"});
  EXPECT_EQ(fitted["data"]["split"]["calibration"], 0);  // nothing is set aside
  EXPECT_TRUE(fitted["conformal"]["threshold"].is_null());
  EXPECT_NE(fitted["conformal"]["guarantee"].get<std::string>().find("at least 0.8"), std::string::npos);
  const std::string with = predict({"--train", data_});
  expect_intervals_as_said(fitted["conformal"], with);
  const std::vector<std::string> header = cells_of(predict()).at(0);
  EXPECT_EQ(header, (std::vector<std::string>{"row", "prediction"}));
  const Outcome said = run_program({"predict", model_, data_});
  EXPECT_NE(said.err.find("--train"), std::string::npos);
}

TEST_F(PredictionSetsFlags, TooFewRowsAreSaidAndGiveFullSets) {
  const Json fitted = fit(example_.kind, {"--miscoverage", "0.01"});
  EXPECT_TRUE(fitted["conformal"]["threshold"].is_null());
  EXPECT_EQ(fitted["conformal"]["coverage"], 1);
  EXPECT_EQ(fitted["conformal"]["mean_size"], 3);
  bool said = false;
  for (const auto& note : fitted["notes"]) said = said || note.get<std::string>().find("at least 99") < 200;
  EXPECT_TRUE(said) << fitted["notes"];
  EXPECT_EQ(column_of_csv(predict(), "set"), std::vector<std::string>(kSetRows, "0|1|2"));
  fit(example_.number, {"--miscoverage", "0.01"});
  EXPECT_EQ(column_of_csv(predict(), "upper"), std::vector<std::string>(kSetRows, "inf"));
}

TEST_F(PredictionSetsFlags, EvaluateAndInspectSayTheSame) {
  const std::string test = folder_.write("test.csv", table_text(example_, example_.kind));
  const Json fitted = fit(example_.kind, {"--test-data", test, "--conformal", "aps", "--randomized"});
  EXPECT_EQ(json_of({"evaluate", model_, test})["conformal"], fitted["conformal"]);
  const Json saved = json_of({"inspect", model_})["conformal"];
  for (const auto& [key, value] : saved.items()) EXPECT_EQ(value, fitted["conformal"][key]) << key;
  EXPECT_EQ(saved["threshold"], fitted["conformal"]["threshold"]);
}

TEST_F(PredictionSetsFlags, ThereAreNoneWhereNobodyCanSetThem) {
  EXPECT_TRUE(fit(example_.yes, {"--conformal", "none"})["conformal"].is_null());
  EXPECT_TRUE(fit(example_.yes, {"--calibration", "0"})["conformal"].is_null());
  EXPECT_EQ(cells_of(predict()).at(0).back(), "p_1");
}

TEST_F(PredictionSetsFlags, RefuseWhatDoesNotGoTogether) {
  const std::string classes = folder_.write("c.csv", table_text(example_, example_.yes));
  const std::string numbers = folder_.write("n.csv", table_text(example_, example_.number));
  const auto code = [](Arguments arguments) {
    arguments.insert(arguments.begin(), "fit");
    arguments.insert(arguments.end(), {"--target", "y"});
    return run_program(arguments).code;
  };
  EXPECT_EQ(code({classes, "--conformal", "absolute"}), 2);
  EXPECT_EQ(code({numbers, "--conformal", "lac"}), 2);
  EXPECT_EQ(code({numbers, "--randomized"}), 2);
  EXPECT_EQ(code({numbers, "--class-conditional"}), 2);
  EXPECT_EQ(code({numbers, "--conformal", "scaled"}), 2);
  EXPECT_EQ(code({numbers, "--conformal", "jackknife+", "--loss", "absolute"}), 2);
  EXPECT_EQ(code({numbers, "--conformal", "absolute", "--calibration", "0"}), 2);
  EXPECT_EQ(code({classes, "--conformal", "aps", "--loss", "hinge"}), 2);
  EXPECT_EQ(code({classes, "--miscoverage", "0"}), 2);
  EXPECT_EQ(code({classes, "--miscoverage", "1"}), 2);
  EXPECT_EQ(code({classes, "--conformal", "best"}), 2);
}

TEST_F(PredictionSetsFlags, OfMarginsRankClassesAllTheSame) {
  const Json said = fit(example_.yes, {"--loss", "hinge", "--l2", "0.01"})["conformal"];
  EXPECT_EQ(said["method"], "lac");
  expect_sets_as_said(said, predict(), example_.yes);
}

TEST_F(PredictionSetsFlags, AModelFileKeepsThem) {
  fit(example_.number, {"--conformal", "cqr"});
  const std::string csv = predict();
  const std::string text = read_text(model_);
  Json model = Json::parse(text);
  const Json whole = model["conformal"];
  const auto refused = [&](const char* key, const Json& value) {
    Json changed = model;
    changed["conformal"][key] = value;
    const std::string path = folder_.write("bad.json", changed.dump());
    return run_program({"predict", path, data_}).code;
  };
  EXPECT_EQ(refused("method", "lac"), 4);
  EXPECT_EQ(refused("method", "absolute"), 4);  // the quantiles are not its own
  EXPECT_EQ(refused("miscoverage", 0), 4);
  EXPECT_EQ(refused("threshold", Json::array()), 4);
  EXPECT_EQ(refused("threshold", {1, 2}), 4);
  EXPECT_EQ(refused("tie", {2}), 4);
  EXPECT_EQ(refused("rows", {-1}), 4);
  EXPECT_EQ(refused("randomized", true), 4);
  EXPECT_EQ(refused("surprise", 1), 4);
  EXPECT_EQ(refused("threshold", whole["threshold"]), 0);
}

}  // namespace
}  // namespace plumbline
