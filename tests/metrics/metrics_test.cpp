#include "plumbline/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "plumbline/metrics/calibration_bins.hpp"
#include "plumbline/metrics/roc.hpp"

namespace plumbline {
namespace {

// Sums of at most a few hundred terms of order one: their rounding stays far below this.
constexpr double kRounding = 1e-13;

TEST(RegressionMetrics, HandValues) {
  const double y[] = {1, 2, 6};
  const double prediction[] = {2, 2, 4};
  const RegressionMetrics metrics = regression_metrics({y, prediction, nullptr, 3, 2.0});
  EXPECT_DOUBLE_EQ(metrics.mse, 5.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.rmse, std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(metrics.mae, 1);
  EXPECT_DOUBLE_EQ(metrics.r2, 1 - 5.0 / 14);
  const double expected = 3 * (-std::log(2.0) - 0.5 * std::log(2 * std::numbers::pi)) - 5.0 / 8;
  EXPECT_NEAR(metrics.log_likelihood, expected, kRounding);
}

TEST(RegressionMetrics, UndefinedFiguresAreNaN) {
  const double y[] = {0.1, 0.1, 0.1};
  const double prediction[] = {0, 0.1, 0.2};
  const RegressionMetrics constant = regression_metrics({y, prediction, nullptr, 3, 0.0});
  EXPECT_TRUE(std::isnan(constant.log_likelihood));
  EXPECT_TRUE(std::isnan(constant.r2));
  for (const auto& [name, value] : named(regression_metrics({y, prediction, nullptr, 0, 1.0}))) {
    EXPECT_TRUE(std::isnan(value)) << name;
  }
}

TEST(ClassificationMetrics, HandValues) {
  const double y[] = {0, 1, 2, 1};
  const double p[] = {0.5, 0.5, 0, 0.25, 0.5, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5, 0.25};
  double log_p[12];
  for (int i = 0; i < 12; ++i) log_p[i] = std::log(p[i]);
  log_p[2] = -1000;  // finite although p is 0; not the truth of any row
  const ClassificationMetrics metrics = classification_metrics({y, p, log_p, nullptr, nullptr, 4, 3});
  EXPECT_DOUBLE_EQ(metrics.accuracy, 0.75);  // the first of equals wins in row 0
  EXPECT_NEAR(metrics.log_loss, (3 * std::log(2.0) + std::log(4.0)) / 4, kRounding);
  EXPECT_NEAR(metrics.brier, (0.5 + 0.375 + 0.875 + 0.375) / 4, kRounding);
  EXPECT_NEAR(metrics.ece, 0.25, kRounding);  // one bin: accuracy 0.75, confidence 0.5
  EXPECT_NEAR(metrics.mce, 0.25, kRounding);
  EXPECT_FALSE(metrics.auc.has_value());
  const auto counts = confusion_matrix({y, p, log_p, nullptr, nullptr, 4, 3});
  EXPECT_EQ(counts, (std::vector<std::vector<double>>{{1, 0, 1}, {0, 2, 0}, {0, 0, 0}}));
}

TEST(ClassificationMetrics, NoRowsGiveNaN) {
  for (const auto& [name, value] : named(classification_metrics({nullptr, nullptr, nullptr, nullptr, nullptr, 0, 2}))) {
    EXPECT_TRUE(std::isnan(value)) << name;
  }
}

TEST(CalibrationBins, EdgesBelongToTheBinBelow) {
  // Every edge b/15 as a double must fall into bin b − 1, the next double into bin b: each pair makes two bins differ.
  for (int b = 1; b < 15; ++b) {
    CalibrationBins bins(15);
    const double edge = b / 15.0;
    bins.add(edge, false, 1);
    bins.add(std::nextafter(edge, 1.0), true, 1);
    // Apart: |0 − edge| + |1 − edge| over two rows; together it would be |1 − 2·edge|/2.
    EXPECT_NEAR(bins.expected_error(), 0.5, kRounding) << b;
  }
}

/// Pairs counted one by one.
double slow_auc(const std::vector<double>& y, const std::vector<double>& score, const std::vector<double>& weight) {
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t j = 0; j < y.size(); ++j) {
      if (y[i] != 1 || y[j] == 1) continue;
      const double s = weight[i] * weight[j];
      pairs += s;
      won += score[i] > score[j] ? s : score[i] == score[j] ? 0.5 * s : 0;
    }
  }
  return won / pairs;
}

/// A fixed sequence of small whole numbers.
class Sequence {
 public:
  double below(unsigned bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>((state_ >> 33) % bound);
  }

 private:
  unsigned long long state_ = 7;
};

TEST(AreaUnderRoc, AgreesWithCountingPairs) {
  Sequence draw;
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> y, score, weight;
    for (int i = 0; i < 60; ++i) {
      y.push_back(i < 2 ? i : draw.below(2));
      score.push_back(draw.below(20) - 10);  // many ties
      weight.push_back(1 + draw.below(3));
    }
    EXPECT_NEAR(area_under_roc(y.data(), score.data(), weight.data(), y.size()), slow_auc(y, score, weight), kRounding);
  }
}

TEST(AreaUnderRoc, AnAbsentClassIsNaN) {
  const double y[] = {1, 1};
  const double score[] = {0, 1};
  EXPECT_TRUE(std::isnan(area_under_roc(y, score, nullptr, 2)));
}

TEST(MultilabelMetrics, HandValues) {
  const double y[] = {1, 0, 1, 1, 0, 0};
  const double p[] = {0.75, 0.5, 0.25, 0.75, 0.25, 0.25};  // 0.5 is not predicted
  double log_p[6];
  for (int i = 0; i < 6; ++i) log_p[i] = std::log(y[i] == 1 ? p[i] : 1 - p[i]);
  const MultilabelMetrics metrics = multilabel_metrics({y, p, log_p, nullptr, nullptr, 3, 2});
  EXPECT_DOUBLE_EQ(metrics.subset_accuracy, 2.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.hamming_loss, 1.0 / 6);
  EXPECT_DOUBLE_EQ(metrics.micro_f1, 4.0 / 5);
  EXPECT_DOUBLE_EQ(metrics.macro_f1, (2.0 / 3 + 1) / 2);
  double surprise = 0;
  for (const double value : log_p) surprise -= value;
  EXPECT_NEAR(metrics.log_loss, surprise / 3, kRounding);
}

TEST(MultilabelMetrics, NothingToFindAndNothingFoundIsZero) {
  const double y[] = {0, 0};
  const double p[] = {0.1, 0.1};
  const double log_p[] = {-0.1, -0.1};
  EXPECT_EQ(multilabel_metrics({y, p, log_p, nullptr, nullptr, 2, 1}).micro_f1, 0);
}

/// 40 rows with whole weights 0 … 3, and the same rows written out as often.
struct Repeated {
  std::vector<double> y, p, log_p, weight, full_y, full_p, full_log_p;

  Repeated() {
    Sequence draw;
    for (int i = 0; i < 40; ++i) {
      const double positive = (1 + draw.below(98)) / 100;
      const double row[] = {1 - positive, positive};
      y.push_back(draw.below(2));
      weight.push_back(draw.below(4));
      for (const double value : row) {
        p.push_back(value);
        log_p.push_back(std::log(value));
      }
      for (double copy = 0; copy < weight.back(); ++copy) {
        full_y.push_back(y.back());
        full_p.insert(full_p.end(), row, row + 2);
        full_log_p.insert(full_log_p.end(), log_p.end() - 2, log_p.end());
      }
    }
  }
};

void expect_equal(const NamedFigures& a, const NamedFigures& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i].second, b[i].second, kRounding) << a[i].first;
}

TEST(Metrics, AWeightIsTheRowThatOften) {
  const Repeated rows;
  const std::size_t n = rows.y.size(), full = rows.full_y.size();
  const ClassificationInput weighted{
      rows.y.data(), rows.p.data(), rows.log_p.data(), nullptr, rows.weight.data(), n, 2};
  const ClassificationInput written{
      rows.full_y.data(), rows.full_p.data(), rows.full_log_p.data(), nullptr, nullptr, full, 2};
  expect_equal(named(classification_metrics(weighted)), named(classification_metrics(written)));
  EXPECT_EQ(confusion_matrix(weighted), confusion_matrix(written));

  // The first n (full) cells of p serve as any other numbers.
  std::vector<double> prediction, full_prediction;
  for (std::size_t i = 0; i < n; ++i) prediction.push_back(rows.p[2 * i]);
  for (std::size_t i = 0; i < full; ++i) full_prediction.push_back(rows.full_p[2 * i]);
  NamedFigures a = named(regression_metrics({rows.y.data(), prediction.data(), rows.weight.data(), n, 0.5}));
  NamedFigures b = named(regression_metrics({rows.full_y.data(), full_prediction.data(), nullptr, full, 0.5}));
  expect_equal(a, b);
  a = named(
      multilabel_metrics({rows.y.data(), prediction.data(), prediction.data(), nullptr, rows.weight.data(), n, 1}));
  b = named(multilabel_metrics(
      {rows.full_y.data(), full_prediction.data(), full_prediction.data(), nullptr, nullptr, full, 1}));
  expect_equal(a, b);
}

}  // namespace
}  // namespace plumbline
