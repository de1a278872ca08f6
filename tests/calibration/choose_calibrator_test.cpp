#include "plumbline/calibration/choose_calibrator.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "calibration/calibrator_support.hpp"
#include "plumbline/calibration/halves.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

CalibrationMethod chosen(const OutputRows& rows, std::uint64_t seed = 0) {
  return choose_calibrator(rows.view(), seed).fit.calibrator.method;
}

TEST(ChooseCalibrator, LeavesCalibratedOutputsAlone) {
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    EXPECT_EQ(chosen(testing::scaled_rows(2000, 3, 2, 1), seed), CalibrationMethod::none);
    EXPECT_EQ(chosen(testing::scaled_rows(400, 2, 2, 1), seed), CalibrationMethod::none);
  }
}

TEST(ChooseCalibrator, TakesTheSimplestThatRepairs) {
  EXPECT_EQ(chosen(testing::scaled_rows(2000, 3, 4, 0.4)), CalibrationMethod::temperature);
  EXPECT_EQ(chosen(testing::scaled_rows(2000, 2, 2, 2.5)), CalibrationMethod::temperature);
  // An offset, which no temperature makes up for.
  const OutputRows shifted = testing::drawn_rows(
      3000, 2, 2, [](const std::vector<double>& z, std::size_t k) { return z[k] + (k == 1 ? 1.5 : 0.0); });
  EXPECT_EQ(chosen(shifted), CalibrationMethod::platt);
  // A step, which no line in the log-odds comes near.
  const OutputRows step = testing::drawn_rows(4000, 2, 3, [](const std::vector<double>& z, std::size_t k) {
    return k == 1 && std::fabs(z[1] - z[0]) < 2 ? 0.0 : 3 * (z[k] > z[1 - k] ? 1.0 : 0.0);
  });
  EXPECT_EQ(chosen(step), CalibrationMethod::isotonic);
}

TEST(ChooseCalibrator, RelabellingChangesNothing) {
  const OutputRows rows = testing::scaled_rows(500, 4, 3, 0.5);
  const CalibratorChoice choice = choose_calibrator(rows.view(), 3);
  const OutputRows renamed = testing::relabelled(rows, {2, 0, 3, 1});
  const CalibratorChoice again = choose_calibrator(renamed.view(), 3);
  ASSERT_EQ(choice.scores.size(), again.scores.size());
  for (std::size_t c = 0; c < choice.scores.size(); ++c) {
    EXPECT_EQ(choice.scores[c].method, again.scores[c].method);
    // Sums over classes come in another order, and fits stop at another last digit.
    EXPECT_NEAR(choice.scores[c].log_loss, again.scores[c].log_loss, 1e-8);
  }
}

TEST(ChooseCalibrator, ScoresAreOutOfFold) {
  const OutputRows rows = testing::scaled_rows(500, 3, 4, 0.4);
  const CalibratorChoice choice = choose_calibrator(rows.view(), 3);
  ASSERT_EQ(choice.scores.size(), 5U);
  EXPECT_EQ(choice.rows, 500U);
  EXPECT_EQ(choice.scores[0].method, CalibrationMethod::none);
  Calibrator none;
  none.classes = 3;
  EXPECT_NEAR(choice.scores[0].log_loss, testing::log_loss(none, rows), 1e-13);
  for (std::size_t c = 1; c < choice.scores.size(); ++c) {
    const CalibratorScore& score = choice.scores[c];
    const Calibrator in_sample = fit_calibrator(score.method, rows.view()).calibrator;
    EXPECT_GT(score.log_loss, testing::log_loss(in_sample, rows)) << name_of(score.method);
    EXPECT_NEAR(score.log_loss + score.gain, choice.scores[0].log_loss, 1e-13);
    EXPECT_GT(score.standard_error, 0);
  }
}

TEST(ChooseCalibrator, DoesNotChooseByAFewRows) {
  const CalibratorChoice choice = choose_calibrator(testing::scaled_rows(29, 2, 6, 0.1).view(), 0);
  EXPECT_EQ(choice.fit.calibrator.method, CalibrationMethod::none);
  EXPECT_EQ(choice.fit.notes.size(), 1U);
  EXPECT_TRUE(choice.scores.empty());
}

TEST(ChooseCalibrator, TakesRowsThatAreAllOfOneFoldOrClass) {
  OutputRows rows = testing::scaled_rows(60, 3, 4, 0.4);
  rows.weight.assign(60, 0);
  rows.weight[7] = 2;
  EXPECT_EQ(chosen(rows), CalibrationMethod::none);
  rows.weight.clear();
  std::fill(rows.label.begin(), rows.label.end(), 1U);
  const CalibratorChoice choice = choose_calibrator(rows.view(), 0);
  for (const CalibratorScore& score : choice.scores) EXPECT_TRUE(std::isfinite(score.log_loss));
}

TEST(ChooseCalibrator, TheSameForAnyThreadsAndAlwaysForASeed) {
  const OutputRows rows = testing::scaled_rows(1500, 3, 3, 0.8);
  const ThreadLimit one(1);
  const CalibratorChoice first = choose_calibrator(rows.view(), 5);
  const ThreadLimit many(4);
  const CalibratorChoice again = choose_calibrator(rows.view(), 5);
  ASSERT_EQ(first.scores.size(), again.scores.size());
  for (std::size_t c = 0; c < first.scores.size(); ++c) EXPECT_EQ(first.scores[c].log_loss, again.scores[c].log_loss);
  const CalibratorChoice other = choose_calibrator(rows.view(), 6);
  EXPECT_NE(first.scores[1].log_loss, other.scores[1].log_loss);
}

TEST(CalibratorHalf, HalvesEveryClassBySeed) {
  std::vector<std::uint32_t> label;
  for (std::size_t i = 0; i < 101; ++i) label.push_back(i < 40 ? 0 : i < 100 ? 1 : 2);
  const std::vector<bool> half = calibrator_half(101, label, 0);
  const auto in = [&](std::size_t from, std::size_t to) {
    return std::count(half.begin() + static_cast<std::ptrdiff_t>(from), half.begin() + static_cast<std::ptrdiff_t>(to),
                      true);
  };
  EXPECT_NEAR(static_cast<double>(in(0, 40)), 20, 1);
  EXPECT_NEAR(static_cast<double>(in(40, 100)), 30, 1);
  EXPECT_TRUE(half[100]);  // a class of one row
  EXPECT_NEAR(static_cast<double>(in(0, 101)), 50.5, 0.5);
  EXPECT_EQ(half, calibrator_half(101, label, 0));
  EXPECT_NE(half, calibrator_half(101, label, 1));
  EXPECT_EQ(calibrator_half(1, {}, 0), std::vector<bool>{true});
}

TEST(CalibratorHalf, FollowsTheRecordNotThePlace) {
  std::vector<std::size_t> record(100);
  for (std::size_t i = 0; i < 100; ++i) record[i] = 99 - i;
  const std::vector<bool> forward = calibrator_half(100, {}, 4), backward = calibrator_half(100, {}, 4, record);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(forward[i], backward[99 - i]);
}

}  // namespace
}  // namespace plumbline
