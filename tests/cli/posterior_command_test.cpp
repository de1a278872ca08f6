// `predict --posterior` through the command line: closed form against draws within the error that is printed, and
// against the textbook.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kPosteriorRows = 150;

class PosteriorCommand : public ::testing::Test {
 protected:
  template <class Target>
  void fit(const std::vector<Target>& target, const Arguments& more = {}) {
    data_ = folder_.write("t.csv", table_text(example_, target));
    Arguments arguments = all_train({"fit", data_, "--target", "y", "-o", model_});
    arguments.insert(arguments.end(), more.begin(), more.end());
    json_of(arguments);
  }
  std::string predict(const Arguments& more) const {
    Arguments arguments{"predict", model_, data_, "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }
  /// What `predict --json` says of the posterior.
  Json described(const Arguments& more) const {
    Arguments arguments{"predict", model_, data_, "-o", folder_.path("p.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments)["posterior"];
  }
  /// Draws against the closed form, row by row, by the errors that are printed: the largest over the rows.
  void expect_agreement(const std::string& suffix, double of_mean) const {
    const Json draws = described({"--posterior", "4000", "--seed", "5"});
    const std::string by_draws = predict({"--posterior", "4000", "--seed", "5"});
    const std::string exact = predict({"--posterior", "exact"});
    const std::vector<double> mean = numbers_of_csv(by_draws, "posterior_mean" + suffix);
    const std::vector<double> sd = numbers_of_csv(by_draws, "posterior_sd" + suffix);
    const std::vector<double> exact_mean = numbers_of_csv(exact, "posterior_mean" + suffix);
    const std::vector<double> exact_sd = numbers_of_csv(exact, "posterior_sd" + suffix);
    // 150 rows: none beyond 4.5 standard errors, but for a chance of some 1e-3 that the fixed seed does not take.
    const double mean_bar = 4.5 * draws["largest_mean_error"].get<double>() + of_mean;
    const double sd_bar = 4.5 * draws["largest_sd_error"].get<double>();
    double moved = 0;
    for (std::size_t i = 0; i < kPosteriorRows; ++i) {
      EXPECT_NEAR(mean[i], exact_mean[i], mean_bar);
      EXPECT_NEAR(sd[i], exact_sd[i], sd_bar);
      moved = std::fmax(moved, std::fabs(mean[i] - exact_mean[i]));
    }
    EXPECT_GT(moved, mean_bar / 100);  // they are draws
  }

  Example example_{kPosteriorRows};
  TemporaryFolder folder_;
  std::string model_ = folder_.path("m.json"), data_;
};

// sd² = σ² xᵀ(XᵀX + n·l2·D)⁻¹x, D the squared standard deviations: the penalty is one of standardised features.
TEST_F(PosteriorCommand, OfLeastSquaresIsTheTextbooks) {
  for (const double l2 : {0.0, 0.2}) {
    fit(example_.number, {"--l2", fmt::format("{}", l2)});
    Eigen::MatrixXd x(kPosteriorRows, 3);
    Eigen::VectorXd y(kPosteriorRows);
    for (std::size_t i = 0; i < kPosteriorRows; ++i) {
      x.row(static_cast<Eigen::Index>(i)) << example_.x[i], example_.z[i], 1;
      y[static_cast<Eigen::Index>(i)] = example_.number[i];
    }
    Eigen::MatrixXd penalty = Eigen::MatrixXd::Zero(3, 3);
    for (Eigen::Index j = 0; j < 2; ++j) {
      penalty(j, j) = l2 * (x.col(j).array() - x.col(j).mean()).square().sum();
    }
    const Eigen::MatrixXd inverse = (x.transpose() * x + penalty).inverse();
    const Eigen::VectorXd w = inverse * x.transpose() * y;
    const double effective = (inverse * x.transpose() * x).trace();
    const double variance = (y - x * w).squaredNorm() / (static_cast<double>(kPosteriorRows) - effective);
    const std::string exact = predict({"--posterior", "exact"});
    const std::vector<double> mean = numbers_of_csv(exact, "posterior_mean");
    const std::vector<double> sd = numbers_of_csv(exact, "posterior_sd");
    const std::vector<double> noisy = numbers_of_csv(exact, "posterior_sd_with_noise");
    EXPECT_EQ(mean, numbers_of_csv(exact, "prediction"));
    for (std::size_t i = 0; i < kPosteriorRows; ++i) {
      const Eigen::VectorXd row = x.row(static_cast<Eigen::Index>(i));
      const double expected = variance * row.dot(inverse * row);
      EXPECT_NEAR(sd[i], std::sqrt(expected), 1e-10 * std::sqrt(expected));
      EXPECT_NEAR(noisy[i], std::sqrt(expected + variance), 1e-10 * noisy[i]);
    }
    expect_agreement("", 0);
  }
}

TEST_F(PosteriorCommand, OfClassesAgreesWithDraws) {
  for (const char* link : {"logit", "probit", "cloglog"}) {
    fit(example_.yes, {"--link", link});
    const Json exact = described({"--posterior", "exact"});
    EXPECT_EQ(exact["method"], "exact");
    EXPECT_TRUE(exact["largest_sd_error"].is_null());
    EXPECT_EQ(exact["largest_mean_error"].get<double>() > 0, std::string(link) == "logit");
    expect_agreement("", exact["largest_mean_error"].get<double>());
  }
}

TEST_F(PosteriorCommand, OfSoftmaxHasAMeanForEachClassAndNoClosedForm) {
  fit(example_.kind);
  const std::string text = predict({"--posterior", "500"});
  std::vector<double> sum(kPosteriorRows);
  for (const char* name : {"posterior_mean_0", "posterior_mean_1", "posterior_mean_2"}) {
    const std::vector<double> mean = numbers_of_csv(text, name);
    for (std::size_t i = 0; i < kPosteriorRows; ++i) sum[i] += mean[i];
  }
  for (const double each : sum) EXPECT_NEAR(each, 1, 1e-13);
  EXPECT_EQ(numbers_of_csv(text, "posterior_sd_2").size(), kPosteriorRows);
  const Outcome refused = run_program({"predict", model_, data_, "--posterior", "exact"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("softmax has no closed form"), std::string::npos) << refused.err;
}

TEST_F(PosteriorCommand, OfLabelsHasAMeanForEachLabel) {
  std::string labels = "x,z,a,b\n";
  for (std::size_t i = 0; i < kPosteriorRows; ++i) {
    labels +=
        fmt::format("{},{},{},{}\n", example_.x[i], example_.z[i], example_.yes[i], example_.kind[i] == 1 ? 1 : 0);
  }
  data_ = folder_.write("labels.csv", labels);
  json_of(all_train({"fit", data_, "--target", "a,b", "-o", model_}));
  const double error = described({"--posterior", "exact"})["largest_mean_error"];
  expect_agreement("_a", error);
  expect_agreement("_b", error);
}

TEST_F(PosteriorCommand, TheSameFromTheTrainingTableAsFromTheModelFile) {
  const auto check = [&](const Arguments& flags) {
    const std::string saved = predict({"--posterior", "50"}), exact = predict({"--posterior", "50", "--seed", "1"});
    EXPECT_NE(saved, exact);
    EXPECT_EQ(predict({"--posterior", "50", "--seed", "0", "--threads", "1", "--block-rows", "9"}), saved);
    Json model = Json::parse(read_text(model_));
    ASSERT_TRUE(model.contains("posterior")) << flags.size();
    EXPECT_EQ(predict({"--posterior", "50", "--train", data_}), saved);
    model.erase("posterior");
    folder_.write("m.json", model.dump());
    EXPECT_EQ(predict({"--posterior", "50", "--train", data_}), saved);
  };
  for (const Arguments& flags : std::vector<Arguments>{{}, {"--l2", "0.1"}, {"--no-intercept"}}) {
    fit(example_.number, flags);
    check(flags);
  }
  for (const Arguments& flags : std::vector<Arguments>{{"--class-weights", "balanced"}, {"--test", "0.3"}}) {
    fit(example_.kind, {});
    Arguments arguments{"fit", data_, "--target", "y", "-o", model_};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    json_of(arguments);
    check(flags);
  }
}

TEST_F(PosteriorCommand, RowsWithoutAPredictionHaveNone) {
  std::string text = "x,z,y\n";
  for (std::size_t i = 0; i < kPosteriorRows; ++i) {
    text += i % 7 == 2 ? fmt::format(",{},{}\n", example_.z[i], example_.number[i])
                       : fmt::format("{},{},{}\n", example_.x[i], example_.z[i], example_.number[i]);
  }
  data_ = folder_.write("t.csv", text);
  json_of(all_train({"fit", data_, "--target", "y", "--missing", "drop", "-o", model_}));
  const auto rows = cells_of(predict({"--posterior", "exact"}));
  ASSERT_EQ(rows.size(), kPosteriorRows + 1);
  for (const auto& row : rows) EXPECT_EQ(row.size(), 5U);
  EXPECT_EQ(rows[3][1] + rows[3][2] + rows[3][4], "");
  EXPECT_NE(rows[4][2], "");
}

TEST_F(PosteriorCommand, TheErrorIsSaidInANote) {
  fit(example_.yes);
  const Outcome draws = run_program({"predict", model_, data_, "--posterior", "100"});
  EXPECT_NE(draws.err.find("note: posterior by 100 draws (seed 0): Monte-Carlo standard error at most "),
            std::string::npos)
      << draws.err;
  const Outcome exact = run_program({"predict", model_, data_, "--posterior", "exact"});
  EXPECT_NE(exact.err.find("the probit-scaled mean is at most "), std::string::npos) << exact.err;
}

}  // namespace
}  // namespace plumbline
