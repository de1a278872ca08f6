// Networks through the command line: what they learn, that they do not depend on units, order of blocks or threads,
// and that everything behind the fit (calibration, sets, costs, predict, evaluate) takes them as it takes a linear
// model.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

class NetworkFlags : public ::testing::Test {
 protected:
  template <class Target>
  std::string table(const Example& example, const std::vector<Target>& target) const {
    return folder_.write("t.csv", table_text(example, target));
  }
  static Json fit(const std::string& path, const Arguments& more, int code = 0) {
    Arguments arguments{"fit", path, "--target", "y"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments, code);
  }
  std::string refusal(const Arguments& more) const {
    Arguments arguments{"fit", table_, "--target", "y", "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    return outcome.err;
  }

  TemporaryFolder folder_;
  Example example_{600};
  std::string table_ = table(example_, example_.yes);
  std::string model_ = folder_.path("m.json");
};

TEST_F(NetworkFlags, LearnWhatALinearModelCannot) {
  std::vector<int> exclusive;  // XOR of the signs
  for (std::size_t i = 0; i < example_.rows(); ++i) exclusive.push_back(example_.x[i] * example_.z[i] > 0 ? 1 : 0);
  const std::string path = table(example_, exclusive);
  EXPECT_LT(fit(path, {})["metrics"]["test"]["accuracy"].get<double>(), 0.7);
  for (const char* activation : {"relu", "leaky-relu", "prelu", "elu", "softplus", "sigmoid", "tanh"}) {
    const Json json = fit(path, {"--hidden", "16", "--activation", activation, "--step-size", "0.01"});
    EXPECT_GT(json["metrics"]["test"]["accuracy"].get<double>(), 0.93) << activation;
    EXPECT_EQ(json["fit"]["verdict"], "completed");
    EXPECT_TRUE(json["fit"]["local"].get<bool>());
    EXPECT_TRUE(json["fit"]["gap"].is_null());
    EXPECT_EQ(json["model"]["parameters"], (2 + 1 + 1) * 16 + 1 + (activation == std::string("prelu") ? 16 : 0));
  }
}

TEST_F(NetworkFlags, TwoLayersWithoutActivationLearnTheLinearFit) {
  for (const char* solver : {"lbfgs", "newton-cg"}) {
    const std::string path = table(example_, example_.number);
    const Json linear = fit(path, {}),
               network =
                   fit(path, {"--hidden", "3", "--activation", "identity", "--solver", solver, "--tolerance", "1e-9"});
    EXPECT_EQ(network["fit"]["verdict"], "completed") << solver;
    // ½·mse is the objective, quadratic at its least: a gradient of 1e-9 leaves 1e-16 of it.
    for (const char* part : {"train", "test"}) {
      EXPECT_NEAR(network["metrics"][part]["mse"].get<double>(), linear["metrics"][part]["mse"].get<double>(), 1e-9);
    }
  }
}

TEST_F(NetworkFlags, DoNotDependOnTheUnitsOfTheTarget) {
  std::vector<double> in_thousandths;
  for (const double y : example_.number) in_thousandths.push_back(1000 * y + 4096);
  for (const char* loss : {"squared", "absolute", "quantile", "gaussian"}) {
    const Arguments flags{"--hidden", "8", "--loss", loss, "--dtype", "f64", "--epochs", "40"};
    const Json one = fit(table(example_, example_.number), flags), other = fit(table(example_, in_thousandths), flags);
    EXPECT_NEAR(one["metrics"]["test"]["r2"].get<double>(), other["metrics"]["test"]["r2"].get<double>(), 1e-6) << loss;
    EXPECT_NEAR(one["metrics"]["test"]["mae"].get<double>() * 1000, other["metrics"]["test"]["mae"].get<double>(), 1e-3)
        << loss;
  }
}

TEST_F(NetworkFlags, ThePrintedObjectiveIsThatOfTheSavedModel) {
  const std::string path = table(example_, example_.number);
  for (const char* loss : {"squared", "gaussian"}) {
    Arguments flags{"--hidden", "5",    "--loss", loss, "--epochs",      "30",
                    "-o",       model_, "--test", "0",  "--calibration", "0"};
    if (loss == std::string("squared")) flags.insert(flags.end(), {"--l2", "0.01"});
    const Json json = fit(path, flags), train = json["metrics"]["train"];
    const Json layers = Json::parse(read_text(model_))["network"]["layers"];
    double squares = 0;
    for (const Json& layer : layers) {
      for (const Json& row : layer["weights"]) {
        for (const double w : row) squares += w * w;
      }
    }
    const double expected = loss == std::string("squared")
                                ? train["mse"].get<double>() / 2 + 0.01 / 2 * squares
                                : -train["log_likelihood"].get<double>() / static_cast<double>(example_.rows());
    EXPECT_NEAR(json["fit"]["objective"].get<double>(), expected, 1e-12 * std::fabs(expected)) << loss;
  }
}

TEST_F(NetworkFlags, ThreadsAndBlocksChangeNoBit) {
  const Arguments flags{"--hidden", "20,10", "--epochs", "50", "-o", model_};
  std::string first;
  for (const Arguments& how : {Arguments{}, {"--threads", "1"}, {"--threads", "3"}, {"--block-rows", "17"}}) {
    Arguments all = flags;
    all.insert(all.end(), how.begin(), how.end());
    fit(table_, all);
    const std::string text = without_seconds(read_text(model_));
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  }
}

TEST_F(NetworkFlags, EveryTaskIsPredictedAndEvaluatedAsTheFitSaid) {
  const auto check = [&](const std::string& path, const char* metric) {
    const Json said = fit(path, {"--hidden", "8", "-o", model_, "--test", "0"});
    const Json again = json_of({"evaluate", model_, path});
    const std::string csv = run_program({"predict", model_, path, "-q"}).out;
    EXPECT_EQ(cells_of(csv).size(), example_.rows() + 1);
    EXPECT_TRUE(again["metrics"]["test"].contains(metric));
    EXPECT_FALSE(said["conformal"].is_null());
    EXPECT_NEAR(said["metrics"]["train"][metric].get<double>(), again["metrics"]["test"][metric].get<double>(), 0.06);
    EXPECT_TRUE(json_of({"inspect", model_})["coefficients"].is_null());
  };
  check(table(example_, example_.yes), "accuracy");
  check(table(example_, example_.kind), "accuracy");
  check(table(example_, example_.number), "r2");
}

TEST_F(NetworkFlags, EveryKindOfIntervalAndSetCovers) {
  const Example many{2000};
  const auto covers = [&](const std::string& path, const Arguments& more) {
    Arguments arguments{"--hidden", "8", "--test", "0.4", "--calibration", "0.3", "-o", model_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Json sets = fit(path, arguments)["conformal"];
    // 300 or 600 rows set the threshold and 800 test it: sd √(.1·.9·(1/300 + 1/800)) = 0.02 at most.
    EXPECT_NEAR(sets["coverage"].get<double>(), 0.9, 0.08) << more.back();
    const Json again = json_of({"evaluate", model_, path})["conformal"];
    EXPECT_NEAR(again["coverage"].get<double>(), 0.9, 0.08) << more.back();
  };
  const std::string numbers = table(many, many.number);
  covers(numbers, {"--conformal", "absolute"});
  covers(numbers, {"--conformal", "cqr"});
  covers(numbers, {"--loss", "gaussian", "--variance", "linear", "--conformal", "scaled"});
  const std::string kinds = table(many, many.kind);
  for (const char* method : {"lac", "aps", "raps"}) {
    covers(kinds, {"--randomized", "--allow-empty", "--conformal", method});
  }
}

TEST_F(NetworkFlags, SeveralLabelsAndSparseRowsAndWeights) {
  std::string text = "x,z,a,b,w\n";
  for (std::size_t i = 0; i < example_.rows(); ++i) {
    text += fmt::format("{},{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], example_.x[i] > 0 ? 1 : 0,
                        1 + i % 3);
  }
  const std::string path = folder_.write("labels.csv", text);
  const Json json = json_of({"fit", path, "--target", "a,b", "--weights", "w", "--hidden", "8"});
  EXPECT_GT(json["metrics"]["test"]["micro_f1"].get<double>(), 0.8);
  const Json sparse = json_of({"fit", folder_.write("t.svm", libsvm_text(example_, example_.kind)), "--hidden", "8"});
  EXPECT_GT(sparse["metrics"]["test"]["accuracy"].get<double>(), 0.75);
  const Json weighted = fit(table_, {"--hidden", "8", "--class-weights", "balanced"});
  EXPECT_GT(weighted["metrics"]["test"]["accuracy"].get<double>(), 0.7);
}

TEST_F(NetworkFlags, ValidationRowsComeOutOfTrainAlone) {
  const auto parts = [&](const Arguments& more) {
    const std::string split = folder_.path("s.csv");
    Arguments arguments{"--hidden", "4", "--save-split", split};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Json json = fit(table_, arguments);
    EXPECT_EQ(json["data"]["split"].contains("validation"), !more.empty());
    return column_of_csv(read_text(split), "part");
  };
  const std::vector<std::string> without = parts({}), with = parts({"--validation", "0.1"});
  std::size_t validation = 0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    validation += with[i] == "validation" ? 1 : 0;
    EXPECT_EQ(with[i] == "validation" ? "train" : with[i], without[i]);
  }
  EXPECT_EQ(validation, 60U);
}

TEST_F(NetworkFlags, PatienceStopsEarlyAndKeepsTheBestEpoch) {
  const Json json = fit(
      table_, {"--hidden", "64", "--validation", "0.2", "--patience", "5", "--step-size", "0.05", "--epochs", "500"});
  EXPECT_LT(json["fit"]["iterations"].get<int>(), 500);
  EXPECT_NE(json["fit"]["advice"].get<std::string>().find("Stopped early"), std::string::npos);
  EXPECT_EQ(json["fit"]["verdict"], "completed");
}

TEST_F(NetworkFlags, ADivergedTrainingIsFiveAndItsLastGoodWeightsAreSaved) {
  for (const Arguments& how :
       {Arguments{"--solver", "sgd", "--step-size", "1e8"}, {"--step-size", "300", "--epochs", "4"}}) {
    Arguments all{"--hidden", "16", "-o", model_};
    all.insert(all.end(), how.begin(), how.end());
    const Json json = fit(table_, all, 5);
    EXPECT_EQ(json["fit"]["verdict"], "non_finite");
    EXPECT_NE(json["fit"]["advice"].get<std::string>().find("diverged"), std::string::npos);
    const Json metrics = json_of({"evaluate", model_, table_})["metrics"]["test"];
    EXPECT_LT(metrics["log_loss"].get<double>(), 3);  // initial weights give about 1
  }
}

TEST_F(NetworkFlags, DeadUnitsAreCountedAndSaid) {
  // A step this long throws some units to where no row lights them.
  const Json json = fit(table_, {"--hidden", "32", "--step-size", "0.3", "--epochs", "300", "-o", model_});
  const auto dead = json["model"]["network"]["dead_units"].get<int>();
  ASSERT_GT(dead, 0);
  EXPECT_EQ(json["fit"]["verdict"], "completed");
  const std::string text = run_program({"inspect", model_}).out;
  EXPECT_NE(text.find(fmt::format("{} of 32 hidden units are dead", dead)), std::string::npos) << text;
}

TEST_F(NetworkFlags, TheTraceHasALineAnEpochAndFalls) {
  const std::string trace = folder_.path("trace.csv");
  fit(table_, {"--hidden", "8", "--epochs", "60", "--step-size", "0.02", "--trace", trace});
  const std::vector<double> loss = numbers_of_csv(read_text(trace), "train_loss");
  EXPECT_EQ(loss.size(), 60U);
  EXPECT_LT(loss.back(), loss.front());
}

TEST_F(NetworkFlags, RecomputingLayersChangesNoBit) {
  std::string first;
  for (const char* layers : {"0", "1", "3"}) {
    fit(table_, {"--hidden", "9,8,7", "--recompute", layers, "-o", model_});
    const std::string text = without_seconds(read_text(model_));
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  }
}

TEST_F(NetworkFlags, WhatDoesNotGoTogetherIsRefused) {
  const std::vector<std::pair<Arguments, const char*>> cases{
      {{"--hidden", "0"}, "--hidden must be a whole number from 1"},
      {{"--hidden", "8,"}, "--hidden"},
      {{"--activation", "tanh"}, "--activation goes with --hidden"},
      {{"--dtype", "f64"}, "--dtype goes with --hidden"},
      {{"--validation", "0.1"}, "--validation goes with --hidden"},
      {{"--save-every", "2", "-o", model_}, "--save-every goes with --hidden"},
      {{"--resume", "x"}, "--resume goes with --hidden"},
      {{"--recompute", "1"}, "--recompute goes with --hidden"},
      {{"--hidden", "8", "--activation", "swish"}, "--activation must be identity|relu|leaky-relu"},
      {{"--hidden", "8", "--dtype", "f16"}, "--dtype must be f32|f64"},
      {{"--hidden", "8", "--solver", "cholesky"}, "--hidden goes with"},
      {{"--hidden", "8", "--solver", "lbfgs", "--epochs", "3"}, "--epochs means nothing to --solver lbfgs"},
      {{"--hidden", "8", "--solver", "lbfgs", "--dtype", "f32"}, "double precision"},
      {{"--hidden", "8", "--solver", "lbfgs", "--validation", "0.1"}, "--solver adam"},
      {{"--hidden", "8", "--tolerance", "0.1"}, "--tolerance means nothing to --solver auto"},
      {{"--hidden", "8", "--patience", "3"}, "--patience needs --validation"},
      {{"--hidden", "8", "--save-every", "2"}, "--save-every needs -o"},
      {{"--hidden", "8", "--recompute", "2"}, "there are 1 hidden layers"},
      {{"--hidden", "8", "--validation", "0.7"}, "leave no row to train"},
      {{"--hidden", "8", "--validation", "1"}, "--validation"},
      {{"--hidden", "8", "--firth"}, "--firth is for linear models"},
      {{"--hidden", "8", "--l2", "auto"}, "--l2 auto is for linear models"},
      {{"--hidden", "8", "--no-intercept"}, "--no-intercept is for linear models"},
      {{"--hidden", "8", "--robust", "hc0"}, "linear models"},
      {{"--hidden", "8", "--conformal", "jackknife+"}, "jackknife+"}};
  for (const auto& [flags, part] : cases) {
    const std::string message = refusal(flags);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 1) << message;
  }
}

TEST_F(NetworkFlags, WhatIsOfLinearModelsAloneIsRefusedOfASavedNetwork) {
  fit(table_, {"--hidden", "4", "-o", model_});
  const Outcome explained = run_program({"explain", model_, table_, table_, "--row", "1"});
  EXPECT_EQ(explained.code, 2) << explained.err;
  const Outcome posterior = run_program({"predict", model_, table_, "--posterior", "100"});
  EXPECT_EQ(posterior.code, 2) << posterior.err;
  EXPECT_NE(posterior.err.find("network"), std::string::npos);
}

}  // namespace
}  // namespace plumbline
