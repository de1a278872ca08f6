// The flags of losses, penalties and solvers, through the command line: what each does to a fit.
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

class LossFlags : public ::testing::Test {
 protected:
  Json fit(const std::string& table, const Arguments& more, int code = 0) {
    const std::string path = folder_.write("t.csv", table);
    Arguments arguments = all_train({"fit", path, "--target", "y"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments, code);
  }
  Json inspected(const std::string& table, Arguments more, int code = 0) {
    more.insert(more.end(), {"-o", folder_.path("m.json")});
    fit(table, more, code);
    return json_of({"inspect", folder_.path("m.json")});
  }
  template <class Target>
  std::string table(const std::vector<Target>& target) const {
    return table_text(example_, target);
  }
  Example example_{200};
  TemporaryFolder folder_;
};

/// A flag `c` that is 1 only in class 1; the rest overlaps.
std::string quasi_separated(const Example& example) {
  std::string text = "x,z,c,y\n";
  for (std::size_t i = 0; i < example.rows(); ++i) {
    const int flag = example.yes[i] == 1 && i % 3 == 0 ? 1 : 0;
    text += fmt::format("{},{},{},{}\n", example.x[i], example.z[i], flag, example.yes[i]);
  }
  return text;
}

TEST_F(LossFlags, QuasiSeparationIsNamedWithAWitnessThatHolds) {
  const std::string text = quasi_separated(example_);
  for (const Arguments& more : std::vector<Arguments>{{},
                                                      {"--link", "probit"},
                                                      {"--link", "cloglog"},
                                                      {"--loss", "softmax"},
                                                      {"--loss", "focal"},
                                                      {"--solver", "lbfgs"},
                                                      {"--solver", "newton-cg"},
                                                      {"--solver", "gd", "--max-iterations", "500"}}) {
    Arguments arguments{"--l2", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Json result = fit(text, arguments, 5);
    const std::string which = more.empty() ? "logit" : more[1];
    EXPECT_EQ(result["fit"]["verdict"], "separated") << which;
    EXPECT_TRUE(result["fit"]["gap"].is_null());
    ASSERT_EQ(result["separation"].size(), 1U) << which;
    const Json& found = result["separation"][0];
    EXPECT_EQ(found["kind"], "quasi") << which;
    for (const Json& separated : result["fit"]["separated"]) EXPECT_EQ(separated["feature"], "c") << which;
    const Json& witness = found["witness"];
    const auto of = [&](const char* name) { return witness[name].back().get<double>(); };  // of class 1
    std::size_t strict = 0;
    for (std::size_t i = 0; i < example_.rows(); ++i) {
      const double flag = example_.yes[i] == 1 && i % 3 == 0 ? 1 : 0;
      const double side = of("(intercept)") + of("x") * example_.x[i] + of("z") * example_.z[i] + of("c") * flag;
      const double margin = example_.yes[i] == 1 ? side : -side;
      EXPECT_GE(margin, -1e-12 * std::fabs(of("c"))) << which << " row " << i;
      strict += margin > 1e-6 * std::fabs(of("c")) ? 1 : 0;
    }
    EXPECT_EQ(found["strict_rows"], strict) << which;
  }
}

TEST_F(LossFlags, FirthAnswersWhereClassesSeparate) {
  const Json result = fit(quasi_separated(example_), {"--firth"});
  EXPECT_EQ(result["fit"]["verdict"], "optimal");
  EXPECT_EQ(result["fit"]["local"], true);
  EXPECT_EQ(result["model"]["l2"], 0);
  EXPECT_TRUE(result["separation"].empty());
}

TEST_F(LossFlags, OverlappingClassesAreNotCalledSeparated) {
  const Json result = fit(table(example_.yes), {"--l2", "0"});
  EXPECT_EQ(result["fit"]["verdict"], "optimal");
  EXPECT_TRUE(result["separation"].empty());
}

TEST_F(LossFlags, SmoothedTargetsHaveAFiniteOptimum) {
  std::vector<int> by_plane;
  for (std::size_t i = 0; i < example_.rows(); ++i) by_plane.push_back(example_.x[i] > 0 ? 1 : 0);
  EXPECT_EQ(fit(table(by_plane), {"--l2", "0"}, 5)["fit"]["verdict"], "separated");
  EXPECT_EQ(fit(table(by_plane), {"--l2", "0", "--label-smoothing", "0.1"})["fit"]["verdict"], "optimal");
}

TEST_F(LossFlags, ALossOfNumbersMakesTheTargetANumber) {
  EXPECT_EQ(fit(table(example_.kind), {})["model"]["task"], "multiclass");
  for (const char* loss : {"absolute", "huber", "quantile", "gaussian"}) {
    EXPECT_EQ(fit(table(example_.kind), {"--loss", loss})["model"]["task"], "regression") << loss;
  }
  EXPECT_EQ(fit(table(example_.kind), {"--loss", "squared"})["model"]["task"], "multiclass");
}

TEST_F(LossFlags, QuantilesCoverTheirShareOfTheRows) {
  for (const double level : {0.1, 0.5, 0.9}) {
    const std::string path = folder_.write("q.csv", table(example_.number));
    const std::string model = folder_.path("q.json"), out = folder_.path("q_out.csv");
    json_of(all_train(
        {"fit", path, "--target", "y", "--loss", "quantile", "--quantile", fmt::format("{}", level), "-o", model}));
    json_of({"predict", model, path, "-o", out});
    const std::vector<std::string> predicted = column_of_csv(read_text(out), "prediction");
    double below = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) below += example_.number[i] <= std::stod(predicted[i]) ? 1 : 0;
    EXPECT_NEAR(below / 200, level, 3.0 / 200) << level;  // rows on the plane count on either side: 3 coefficients
  }
}

TEST_F(LossFlags, GaussianSigmaIsTheMeanSquaredResidual) {
  const Json gaussian = inspected(table(example_.number), {"--loss", "gaussian"});
  const Json squared = inspected(table(example_.number), {});
  EXPECT_EQ(gaussian["coefficients"], squared["coefficients"]);
  EXPECT_NEAR(gaussian["residual_sd_ml"].get<double>(), squared["residual_sd_ml"].get<double>(), 1e-14);
  EXPECT_LT(gaussian["residual_sd_ml"].get<double>(), gaussian["residual_sd"].get<double>());
}

TEST_F(LossFlags, AVarianceThatDependsOnTheRowIsPredictedWithIt) {
  const std::string path = folder_.write("v.csv", table(example_.number)), model = folder_.path("v.json");
  const Json result =
      json_of(all_train({"fit", path, "--target", "y", "--loss", "gaussian", "--variance", "linear", "-o", model}));
  EXPECT_EQ(result["fit"]["local"], true);
  const Json seen = json_of({"inspect", model});
  EXPECT_EQ(seen["intercept"].size(), 2U);
  EXPECT_GT(seen["residual_sd"].get<double>(), 0);
  json_of({"predict", model, path, "-o", folder_.path("v_out.csv")});
  for (const std::string& sd : column_of_csv(read_text(folder_.path("v_out.csv")), "sd")) EXPECT_GT(std::stod(sd), 0);
}

TEST_F(LossFlags, PowersMayBeAskedForTwice) {
  const Json joined = inspected(table(example_.number), {"--poly", "x=3,z=2"});
  const Json apart = inspected(table(example_.number), {"--poly", "x=3", "--poly", "z=2"});
  EXPECT_EQ(joined["coefficients"], apart["coefficients"]);
  std::vector<std::string> names;
  for (const auto& entry : joined["coefficients"].items()) names.push_back(entry.key());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"x", "x^2", "x^3", "z", "z^2"}));
}

TEST_F(LossFlags, EverySolverGivesTheSolutionOfMinimumNorm) {
  std::string text = "a,b,c,y\n";
  for (std::size_t i = 0; i < example_.rows(); ++i) {
    text +=
        fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.x[i] + example_.z[i], example_.number[i]);
  }
  const Json reference = inspected(text, {"--solver", "svd"})["coefficients"];
  for (const char* solver : {"auto", "cholesky", "qr", "dual", "newton", "newton-cg", "lbfgs"}) {
    const Json result = inspected(text, {"--solver", solver});
    EXPECT_EQ(result["fit"]["verdict"], "rank_deficient") << solver;
    EXPECT_EQ(result["fit"]["collinear"].size(), 1U) << solver;
    for (const char* name : {"a", "b", "c"}) {
      EXPECT_NEAR(result["coefficients"][name][0].get<double>(), reference[name][0].get<double>(), 1e-9) << solver;
    }
  }
  const Json inverse = fit(text, {"--solver", "normal-inverse"}, 5);
  EXPECT_EQ(inverse["fit"]["verdict"], "non_finite");
  EXPECT_NE(inverse["fit"]["advice"].get<std::string>().find("no inverse"), std::string::npos);
}

TEST_F(LossFlags, AnObjectiveOfZeroIsProvedByItself) {
  std::vector<int> by_plane;
  for (std::size_t i = 0; i < example_.rows(); ++i) by_plane.push_back(example_.x[i] > 0 ? 1 : 0);
  for (const char* loss : {"hinge", "squared-hinge"}) {
    const Json result = fit(table(by_plane), {"--l2", "0", "--loss", loss});
    EXPECT_EQ(result["fit"]["verdict"], "optimal") << loss;
    EXPECT_LE(result["fit"]["objective"].get<double>(), 1e-12) << loss;
  }
}

TEST_F(LossFlags, ChosenL2ComesWithItsCurve) {
  const Json by_rows = fit(table(example_.number), {"--l2", "auto"});
  EXPECT_EQ(by_rows["l2_choice"]["method"], "leave-one-out");
  EXPECT_GT(by_rows["l2_choice"]["curve"].size(), 10U);
  EXPECT_EQ(by_rows["l2_choice"]["l2"], by_rows["model"]["l2"]);
  for (const char* loss : {"logistic", "hinge"}) {
    const Json by_folds = fit(table(example_.yes), {"--l2", "auto", "--loss", loss});
    EXPECT_EQ(by_folds["l2_choice"]["method"], "cross-validation") << loss;
    EXPECT_GE(by_folds["l2_choice"]["l2"], by_folds["l2_choice"]["best_l2"]) << loss;
    EXPECT_EQ(by_folds["fit"]["verdict"], "optimal") << loss;
  }
  const Outcome refused = run_program(
      {"fit", folder_.write("g.csv", table(example_.number)), "--target", "y", "--loss", "gaussian", "--l2", "auto"});
  EXPECT_EQ(refused.code, 2) << refused.err;
}

TEST_F(LossFlags, ThePriorIsStatedWithItsVariance) {
  const Json result = fit(table(example_.yes), {"--l2", "0.02"});
  EXPECT_NEAR(result["model"]["prior_variance"].get<double>(), 1 / (200 * 0.02), 1e-15);
  EXPECT_TRUE(fit(table(example_.yes), {"--l2", "0.02", "--loss", "hinge"})["model"]["prior_variance"].is_null());
}

TEST_F(LossFlags, BalancedClassesWeighTheSame) {
  std::string text = "x,y\n";
  for (std::size_t i = 0; i < 100; ++i) text += fmt::format("{},{}\n", example_.x[i], i % 10 == 0 ? "rare" : "often");
  const std::string weights = folder_.write("w.csv", "class,weight\noften,0.5\nrare,0.5\n");
  const Json none = fit(text, {"--l2", "1"}), balanced = fit(text, {"--l2", "1", "--class-weights", "balanced"});
  EXPECT_NE(none["fit"]["objective"], balanced["fit"]["objective"]);
  // A null model of two classes that weigh the same has p = ½: log 2.
  EXPECT_NEAR(balanced["fit"]["objective"].get<double>(), std::log(2), 0.01);
  EXPECT_NEAR(fit(text, {"--l2", "1", "--class-weights", weights})["fit"]["objective"].get<double>(),
              none["fit"]["objective"].get<double>(), 1e-12);  // the mean of rows that all weigh half as much
}

}  // namespace
}  // namespace plumbline
