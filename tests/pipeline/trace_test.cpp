#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

class Trace : public ::testing::Test {
 protected:
  Json fit(const Arguments& more, int code = 0) {
    Arguments arguments{"fit",           folder_.write("t.csv", table_text(example_, example_.yes)),
                        "--target",      "y",
                        "--standardize", "off",
                        "--trace",       folder_.path("trace.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments, code);
  }
  std::vector<double> column(const std::string& name) {
    return numbers_of_csv(read_text(folder_.path("trace.csv")), name);
  }

  TemporaryFolder folder_;
  const Example example_{300};
};

TEST_F(Trace, BeginsAtTheNullModelAndEndsAtTheReport) {
  for (const char* solver : {"newton", "lbfgs"}) {
    const Json fitted = fit({"--solver", solver, "--l2", "0.01"});
    EXPECT_EQ(
        read_text(folder_.path("trace.csv")).rfind("iteration,objective,train_loss,test_loss,gradient_norm,step\n", 0),
        0U);
    const std::vector<double> objective = column("objective"), iteration = column("iteration");
    ASSERT_GE(objective.size(), 2U) << solver;
    EXPECT_EQ(iteration.back(), fitted["fit"]["iterations"]);
    EXPECT_EQ(objective.back(), fitted["fit"]["objective"]);
    for (std::size_t t = 1; t < objective.size(); ++t) EXPECT_LE(objective[t], objective[t - 1] * (1 + 1e-15));
    // The last point's losses are the metrics of the saved model, summed in another order.
    EXPECT_NEAR(column("train_loss").back(), fitted["metrics"]["train"]["log_loss"], 1e-13);
    EXPECT_NEAR(column("test_loss").back(), fitted["metrics"]["test"]["log_loss"], 1e-13);
  }
}

TEST_F(Trace, GradientDescentDecreasesStepByStep) {
  const Json fitted =
      fit({"--solver", "gd", "--step-size", "0.5", "--max-iterations", "25", "--tolerance", "1e-30"}, 5);
  EXPECT_EQ(fitted["fit"]["verdict"], "iteration_limit");
  const std::vector<double> loss = column("train_loss");
  ASSERT_EQ(loss.size(), 26U);
  EXPECT_NEAR(loss.front(), std::log(2.0), 1e-14);  // all weights 0; rounding of a sum of 180 terms
  for (std::size_t t = 1; t < loss.size(); ++t) EXPECT_LT(loss[t], loss[t - 1]);
}

TEST_F(Trace, HasNoTestLossWithoutTestRows) {
  fit({"--test", "0"});
  for (const std::string& cell : column_of_csv(read_text(folder_.path("trace.csv")), "test_loss")) EXPECT_EQ(cell, "");
}

}  // namespace
}  // namespace plumbline
