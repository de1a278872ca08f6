// Standard errors, p-values and limits through the command line: every flag, the figures of R and statsmodels
// (tests/reference/inference.json), row weights as repeated rows, and the reasons for withholding them.
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/tables.hpp"
#include "support/examples.hpp"

namespace plumbline {
namespace {

/// What R and statsmodels agree to; printed numbers are exact.
constexpr double kBar = 1e-8;

const Json& references() {
  static const Json all = Json::parse(read_text(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/inference.json"));
  return all;
}

class InferenceFlags : public ::testing::Test {
 protected:
  /// inspect --json of a fit to `table` with target y.
  Json inspected(const std::string& table, const Arguments& more, int code = 0) {
    const std::string path = folder_.write("t.csv", table);
    const std::string model = folder_.path("m.json");
    Arguments arguments = all_train({"fit", path, "--target", "y", "-o", model});
    arguments.insert(arguments.end(), more.begin(), more.end());
    fitted_ = json_of(arguments, code);
    return json_of({"inspect", model});
  }
  Outcome outcome(const std::string& table, const Arguments& more) {
    Arguments arguments = all_train({"fit", folder_.write("t.csv", table), "--target", "y", "-q"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }
  template <class Target>
  std::string table(const std::vector<Target>& target) const {
    return table_text(example_, target);
  }
  Example example_{200};
  TemporaryFolder folder_;
  Json fitted_;
};

/// The columns of a reference, target y, and the clusters of inference.py as column g.
std::string reference_table(const Json& reference) {
  const auto rows =
      testing::split_csv(std::string(PLUMBLINE_SOURCE_DIR) + "/examples/data/" + reference["table"].get<std::string>());
  std::vector<std::string> names = reference["features"].get<std::vector<std::string>>();
  names.push_back(reference["target"]);
  std::string text;
  for (std::size_t q = 0; q + 1 < names.size(); ++q) text += fmt::format("{},", names[q]);
  text += "y,g\n";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (const std::string& name : names) {
      const auto place = std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin();
      text += rows[i][static_cast<std::size_t>(place)] + ",";
    }
    text += fmt::format("g{}\n", (i - 1) * 7 % 23);
  }
  return text;
}

/// Output k by feature, the intercept last as in the references.
std::vector<double> in_order(const Json& by_feature, const Json& reference, std::size_t k = 0) {
  std::vector<double> values;
  for (const Json& name : reference["features"]) values.push_back(by_feature[name.get<std::string>()][k]);
  values.push_back(by_feature["(intercept)"][k]);
  return values;
}

void expect_close(const std::vector<double>& got, const Json& expected, const std::string& what, double bar = kBar) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t j = 0; j < got.size(); ++j) {
    const double value = expected[j];
    EXPECT_LE(std::fabs(got[j] - value), bar * std::fabs(value)) << what << " " << j << ": " << got[j];
  }
}

void expect_figure(const Json& got, const Json& expected, const std::string& what) {
  expect_close({got.get<double>()}, Json::array({expected}), what);
}

/// Errors, statistics, p and limits. p = P(|Z| > |z|) has the relative error of z times z².
void expect_figures(const Json& seen, const Json& there, const Json& reference, const std::string& what) {
  expect_close(in_order(seen["standard_errors"], reference), there["errors"], what + " errors");
  if (!there.contains("p_value")) return;
  expect_close(in_order(seen["statistics"], reference), there["statistic"], what + " statistics");
  expect_close(in_order(seen["p_values"], reference), there["p_value"], what + " p", 1e-6);
  for (std::size_t j = 0; j < reference["features"].size(); ++j) {
    const Json& limits = seen["confidence_intervals"][reference["features"][j].get<std::string>()][0];
    const double error = there["errors"][j];
    EXPECT_NEAR(limits[0], there["lower"][j].get<double>(), kBar * error) << what << j;
    EXPECT_NEAR(limits[1], there["upper"][j].get<double>(), kBar * error) << what << j;
  }
}

Arguments flags_of(const std::string& kind) {
  Arguments flags{"--l2", "0", "--confidence", "0.9"};
  if (kind == "cluster") {
    flags.insert(flags.end(), {"--cluster", "g"});
  } else {
    flags.insert(flags.end(), {"--drop", "g"});
    if (kind != "classical") flags.insert(flags.end(), {"--robust", kind});
  }
  return flags;
}

TEST_F(InferenceFlags, LeastSquaresAsInStatsmodels) {
  const Json& reference = references()["least_squares"];
  const std::string text = reference_table(reference);
  for (const auto& [kind, there] : reference["statsmodels"].items()) {
    const Json seen = inspected(text, flags_of(kind));
    EXPECT_EQ(seen["inference"]["covariance"], kind);
    EXPECT_EQ(seen["inference"]["statistic"], "t");
    EXPECT_EQ(seen["inference"]["confidence"], 0.9);
    EXPECT_EQ(seen["inference"], fitted_["inference"]) << "the same before and after the model file";
    expect_figures(seen, there, reference, kind);
  }
  const Json seen = inspected(text, flags_of("classical"));
  const Json &summary = seen["inference"], &there = reference["summary"], &r = reference["r"];
  expect_figure(summary["log_likelihood"], there["log_likelihood"], "log likelihood");
  expect_figure(summary["null_log_likelihood"], there["null_log_likelihood"], "of the null model");
  expect_figure(summary["aic"], r["aic"], "AIC");
  expect_figure(summary["bic"], r["bic"], "BIC");
  expect_figure(summary["adjusted_r2"], there["adjusted_r2"], "adjusted r2");
  expect_figure(summary["f"]["statistic"], there["f"], "F");
  expect_figure(summary["f"]["p_value"], there["f_p_value"], "p of F");
  expect_figure(seen["residual_sd"], there["residual_sd"], "residual sd");
  expect_figure(seen["r2"], there["r2"], "r2");
}

TEST_F(InferenceFlags, BinaryLossesAsInStatsmodels) {
  for (const char* link : {"logit", "probit", "cloglog"}) {
    const Json& reference = references()[link];
    const std::string text = reference_table(reference);
    for (const auto& [kind, there] : reference["statsmodels"].items()) {
      // statsmodels' discrete models give HC0 under the name HC1; "expected" is not what fit inverts.
      if (kind == "hc1" || kind == "expected") continue;
      Arguments flags = flags_of(kind);
      flags.insert(flags.end(), {"--link", link});
      const Json seen = inspected(text, flags);
      EXPECT_EQ(seen["inference"]["statistic"], "z");
      expect_figures(seen, there, reference, std::string(link) + " " + kind);
      expect_figure(seen["inference"]["deviance"], reference["r"]["deviance"], "deviance");
      expect_figure(seen["inference"]["aic"], reference["r"]["aic"], "AIC");
      expect_figure(seen["inference"]["bic"], reference["r"]["bic"], "BIC");
    }
  }
}

TEST_F(InferenceFlags, SoftmaxContrastsAsInStatsmodels) {
  const Json& reference = references()["softmax"];
  const std::string text = reference_table(reference);
  for (const auto& [kind, there] : reference["statsmodels"].items()) {
    const Json seen = inspected(text, flags_of(kind));
    const Json& contrasts = seen["inference"]["contrasts"];
    EXPECT_EQ(contrasts["reference"], "class_0");
    EXPECT_EQ(contrasts["classes"], Json::array({"class_1", "class_2"}));
    for (std::size_t k = 0; k < 3; ++k) {
      expect_close(in_order(seen["standard_errors"], reference, k), there["zero_sum"][k], kind);
      if (k == 0) continue;
      expect_close(in_order(contrasts["standard_errors"], reference, k - 1), there["contrasts"][k - 1], kind);
      expect_close(in_order(contrasts["coefficients"], reference, k - 1), reference["contrasts"][k - 1], kind);
    }
  }
  const std::string printed = run_program({"inspect", folder_.path("m.json")}).out;
  EXPECT_NE(printed.find("log odds of class_1 against class_0"), std::string::npos) << printed;
  EXPECT_NE(printed.find("log odds of class_2 against class_0"), std::string::npos) << printed;
}

TEST_F(InferenceFlags, ProfileLimitsAreWhereTheLikelihoodFalls) {
  const Json& reference = references()["logit"];
  Arguments flags = flags_of("classical");
  flags.insert(flags.end(), {"--intervals", "profile"});
  const Json seen = inspected(reference_table(reference), flags);
  EXPECT_EQ(seen["inference"]["intervals"], "profile");
  for (std::size_t j = 0; j < reference["features"].size(); ++j) {
    const Json& limits = seen["confidence_intervals"][reference["features"][j].get<std::string>()][0];
    const double lower = reference["profile"]["lower"][j], upper = reference["profile"]["upper"][j];
    EXPECT_NEAR(limits[0], lower, kBar * (upper - lower)) << j;
    EXPECT_NEAR(limits[1], upper, kBar * (upper - lower)) << j;
  }
}

/// Rows of x and z with y, a weight w and a cluster g; or each row w times, without the weight.
std::string counted_rows(const Example& example, const std::vector<double>& target, bool repeated) {
  std::string text = repeated ? "x,z,g,y\n" : "x,z,g,w,y\n";
  for (std::size_t i = 0; i < example.rows(); ++i) {
    const std::size_t times = i * 5 % 4;
    const std::string cells = fmt::format("{},{},{}", example.x[i], example.z[i], i / 3 % 11);
    if (!repeated) text += fmt::format("{},{},{}\n", cells, times, target[i]);
    for (std::size_t copy = 0; repeated && copy < times; ++copy) text += fmt::format("{},{}\n", cells, target[i]);
  }
  return text;
}

void expect_same(const Json& a, const Json& b, const std::string& where) {
  if (a.is_number() && b.is_number()) {
    const double x = a, y = b;
    // Both are optima, right to rounding; p magnifies that by z².
    EXPECT_LE(std::fabs(x - y), 1e-8 * (std::fabs(y) + 1e-3)) << where << ": " << x << " against " << y;
    return;
  }
  ASSERT_EQ(a.type(), b.type()) << where;
  if (!a.is_structured()) {
    EXPECT_EQ(a, b) << where;
    return;
  }
  ASSERT_EQ(a.size(), b.size()) << where;
  for (const auto& [key, value] : a.items()) {
    if (a.is_array()) {
      expect_same(value, b[std::stoul(key)], where + "/" + key);
    } else {
      ASSERT_TRUE(b.contains(key)) << where << "/" << key;
      expect_same(value, b[key], where + "/" + key);
    }
  }
}

TEST_F(InferenceFlags, WeightsAreRepeatedRowsInEveryFigure) {
  const std::vector<double> yes(example_.yes.begin(), example_.yes.end());
  const std::vector<double> kind(example_.kind.begin(), example_.kind.end());
  for (const auto& [target, several] : {std::pair{example_.number, false}, {yes, false}, {kind, true}}) {
    for (const std::string covariance : {"classical", "hc0", "hc1", "hc2", "hc3", "cluster"}) {
      if (several && (covariance == "hc2" || covariance == "hc3")) continue;
      Arguments flags = flags_of(covariance);
      const Json repeated = inspected(counted_rows(example_, target, true), flags);
      flags.insert(flags.end(), {"--weights", "w"});
      const Json weighted = inspected(counted_rows(example_, target, false), flags);
      for (const char* key : {"inference", "standard_errors", "statistics", "p_values", "confidence_intervals",
                              "coefficients", "residual_sd", "r2"}) {
        expect_same(weighted[key], repeated[key], covariance + " " + key);
      }
      EXPECT_FALSE(weighted["inference"].is_null());
    }
  }
}

struct Withheld {
  Arguments flags;
  const char* part;  ///< of the reason
  int code = 0;
};

TEST_F(InferenceFlags, TheReasonIsSaidWhereTheyAreWithheld) {
  const std::vector<Withheld> cases{
      {{}, "fit with --l2 0"},
      {{"--l2", "0.1", "--robust", "hc1"}, "fit with --l2 0"},
      {{"--l2", "auto"}, "fit with --l2 0"},
      {{"--firth"}, "without --firth"},
      {{"--l2", "0", "--class-weights", "balanced"}, "fit without --class-weights"},
      {{"--l2", "0", "--label-smoothing", "0.1"}, "smoothed"},
      {{"--l2", "0", "--loss", "squared-hinge"}, "not the likelihood"},
      {{"--l2", "0", "--loss", "softmax", "--robust", "hc3"}, "use --robust hc0 or hc1"},
      {{"--l2", "0", "--solver", "gd", "--max-iterations", "2"}, "the fit is iteration_limit", 5},
  };
  for (const Withheld& each : cases) {
    const Json seen = inspected(table(example_.yes), each.flags, each.code);
    for (const char* key : {"standard_errors", "statistics", "p_values", "confidence_intervals", "inference"}) {
      EXPECT_TRUE(seen[key].is_null()) << each.part;
      EXPECT_NE(seen[std::string(key) + "_reason"].get<std::string>().find(each.part), std::string::npos)
          << seen[std::string(key) + "_reason"];
    }
    EXPECT_EQ(fitted_["inference_reason"], seen["inference_reason"]);
    const std::string text = run_program({"inspect", folder_.path("m.json")}).out;
    EXPECT_NE(text.find("no p-values: "), std::string::npos) << text;
    EXPECT_NE(text.find(each.part), std::string::npos) << text;
  }
  EXPECT_NE(outcome(table(example_.yes), {}).out.find("no p-values: "), std::string::npos);
}

TEST_F(InferenceFlags, FitSaysWhereTheTableIs) {
  const std::string path = folder_.write("t.csv", table(example_.number));
  const std::string model = folder_.path("m.json");
  const std::string text = run_program({"fit", path, "--target", "y", "-o", model}).out;
  EXPECT_NE(text.find("standard errors (classical), p-values and limits: plumbline inspect " + model),
            std::string::npos)
      << text;
  const std::string table = run_program({"inspect", model}).out;
  for (const char* part : {"std. error", "P(>|t|)", "2.5 %", "97.5 %", "(intercept)", "adjusted", "F ", "AIC"}) {
    EXPECT_NE(table.find(part), std::string::npos) << part << table;
  }
}

TEST_F(InferenceFlags, ClustersAreNoFeatureAndOfAnyType) {
  std::string numbers = "x,z,g,y\n", texts = numbers, missing = numbers;
  for (std::size_t i = 0; i < example_.rows(); ++i) {
    const std::string cells = fmt::format("{},{}", example_.x[i], example_.z[i]);
    numbers += fmt::format("{},{},{}\n", cells, i % 120, example_.number[i]);
    texts += fmt::format("{},house {},{}\n", cells, i % 120, example_.number[i]);
    missing += fmt::format("{},{},{}\n", cells, i == 6 ? "NA" : "a", example_.number[i]);
  }
  const Json by_number = inspected(numbers, {"--cluster", "g"});
  EXPECT_EQ(by_number["coefficients"].size(), 2U);
  EXPECT_EQ(by_number["inference"]["cluster_column"], "g");
  EXPECT_EQ(by_number["inference"]["clusters"], 120);  // more than --max-levels
  EXPECT_EQ(by_number["inference"]["degrees_of_freedom"], 119);
  EXPECT_EQ(inspected(texts, {"--cluster", "g"})["standard_errors"], by_number["standard_errors"]);
  // The other parts' clusters count for nothing.
  const Json part = json_of({"fit", folder_.write("t.csv", numbers), "--target", "y", "--cluster", "g"});
  EXPECT_LE(part["inference"]["clusters"], 120);
  const Outcome absent = outcome(missing, {"--cluster", "g"});
  EXPECT_EQ(absent.code, 3);
  EXPECT_NE(absent.err.find("record 7"), std::string::npos) << absent.err;
  EXPECT_NE(absent.err.find("cluster"), std::string::npos) << absent.err;
  EXPECT_EQ(outcome(numbers, {"--cluster", "h"}).code, 3);
  EXPECT_EQ(outcome("x,y,g\n1,2,a\n2,3,a\n3,5,a\n", {"--cluster", "g"}).code, 0);  // one cluster: said, no crash
}

TEST_F(InferenceFlags, OneClusterOrNoRowLeftIsSaid) {
  const Json one = inspected("x,y,g\n1,2,a\n2,3,a\n3,5,a\n4,4,a\n", {"--cluster", "g"});
  EXPECT_NE(one["inference"]["standard_errors_reason"].get<std::string>().find("clusters"), std::string::npos);
  EXPECT_TRUE(one["p_values"]["x"][0].is_null());
  const Json exact = inspected("x,y\n1,2\n2,3\n", {});
  EXPECT_EQ(exact["undetermined"]["x"], "no_degrees_of_freedom");
  EXPECT_TRUE(exact["standard_errors"]["x"][0].is_null());
  EXPECT_TRUE(exact["inference"]["f"].is_null());
}

TEST_F(InferenceFlags, WhatRowsDoNotDetermineIsMarked) {
  std::string text = "x,twice,z,same,y\n";
  for (std::size_t i = 0; i < example_.rows(); ++i) {
    text += fmt::format("{},{},{},4,{}\n", i, 2 * i, example_.z[i], example_.number[i]);
  }
  const Json seen = inspected(text, {"--keep", "x,twice,same"});
  EXPECT_EQ(seen["undetermined"]["x"], "collinear");
  EXPECT_EQ(seen["undetermined"]["twice"], "collinear");
  EXPECT_FALSE(seen["undetermined"].contains("z"));
  EXPECT_GT(seen["standard_errors"]["z"][0], 0);
  EXPECT_TRUE(seen["p_values"]["x"][0].is_null());
  const std::string printed = run_program({"inspect", folder_.path("m.json")}).out;
  EXPECT_NE(printed.find("not determined: collinear"), std::string::npos) << printed;
}

TEST_F(InferenceFlags, AModelFileWithTheFirstKindOfStandardErrorsLoads) {
  const Json now = inspected(table(example_.number), {});
  Json file = Json::parse(read_text(folder_.path("m.json")));
  file["standard_errors"] = Json::array({now["standard_errors"]["x"][0], now["standard_errors"]["z"][0]});
  file["intercept_standard_error"] = now["standard_errors"]["(intercept)"][0];
  file.erase("inference");
  const Json seen = json_of({"inspect", folder_.write("old.json", file.dump())});
  for (const char* key : {"standard_errors", "statistics", "p_values", "confidence_intervals"}) {
    EXPECT_EQ(seen[key], now[key]) << key;
  }
  EXPECT_TRUE(seen["inference"]["aic"].is_null());
  file.erase("standard_errors");
  file.erase("intercept_standard_error");
  const Json without = json_of({"inspect", folder_.write("older.json", file.dump())});
  EXPECT_NE(without["p_values_reason"].get<std::string>().find("fit it again"), std::string::npos);
}

TEST_F(InferenceFlags, ProfilesAreRefusedWhereTheyDoNotExist) {
  for (const Arguments& flags : std::vector<Arguments>{{},
                                                       {"--l2", "auto"},
                                                       {"--l2", "0", "--firth"},
                                                       {"--l2", "0", "--loss", "softmax"},
                                                       {"--l2", "0", "--class-weights", "balanced"}}) {
    Arguments all{"--intervals", "profile"};
    all.insert(all.end(), flags.begin(), flags.end());
    EXPECT_EQ(outcome(table(example_.yes), all).code, 2);
  }
  EXPECT_EQ(outcome(table(example_.number), {"--intervals", "profile", "--l2", "0"}).code, 2);
  EXPECT_EQ(outcome(table(example_.yes), {"--intervals", "profile", "--l2", "0", "--link", "cloglog"}).code, 0);
}

}  // namespace
}  // namespace plumbline
