// Measures of whole classifiers: published figures, brute force, tests of calibration, several labels.
#include "plumbline/calibration/measures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "calibration/measured_outputs.hpp"
#include "pipeline/real_data.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/class_outputs_table.hpp"

namespace plumbline {
namespace {

using testing::DrawnEvents;
using testing::DrawnOutputs;

constexpr MeasureOptions kNoIntervals{15, 0, 0.95, 0};

ClassMeasures published(const std::string& net) {
  TableOptions options;
  options.labels_path = shared_data("calibration/" + net + "/labels.npy");
  const ClassOutputsTable table =
      read_class_outputs(shared_data("calibration/" + net + "/probs.npy"), OutputKind::probabilities, options);
  EXPECT_EQ(table.scalar, Scalar::f32);
  return measure_classes(table.view(), nullptr, kNoIntervals);
}

// Half a unit of the last digit that is given.
TEST(Measures, AreThePublishedOnesOfTwoNetworks) {
  PLUMBLINE_NEEDS_DATA("calibration");
  const CalibrationFigures vgg = published("vgg16_cifar10").figures;
  EXPECT_NEAR(vgg.accuracy, 0.9359, 1e-12);
  EXPECT_NEAR(vgg.ece, 0.039780, 5e-7);
  EXPECT_NEAR(vgg.ece_equal_mass, 0.039717, 5e-7);
  const CalibrationFigures lenet = published("lenet5_cifar10").figures;
  EXPECT_NEAR(lenet.ece, 0.107888, 5e-7);
  EXPECT_NEAR(lenet.log_loss, 1.36987, 5e-6);
}

TEST(Measures, OfClassesAreThoseOfBruteForce) {
  const DrawnOutputs drawn(500, 3, 4);
  const ClassMeasures measures = measure_classes(drawn.view(), nullptr, kNoIntervals);
  double log_loss = 0, brier = 0, right = 0;
  DrawnEvents top(0, 1, 0), second(0, 1, 0);
  for (std::size_t i = 0; i < 500; ++i) {
    const float* z = &drawn.logits[3 * i];
    double sum = 0;
    std::vector<double> p;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(static_cast<double>(z[k]));
    for (std::size_t k = 0; k < 3; ++k) p.push_back(std::exp(static_cast<double>(z[k])) / sum);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    log_loss -= std::log(p[drawn.label[i]]) / 500;
    for (std::size_t k = 0; k < 3; ++k) brier += std::pow(p[k] - (k == drawn.label[i] ? 1 : 0), 2) / 500;
    right += best == drawn.label[i] ? 1.0 / 500 : 0;
    top.p.push_back(p[best]);
    top.happened.push_back(best == drawn.label[i] ? 1 : 0);
    second.p.push_back(p[1]);
    second.happened.push_back(drawn.label[i] == 1 ? 1 : 0);
  }
  const EventMeasures events = measure_events(top.sorted(), kNoIntervals);
  constexpr double kRounding = 1e-12;
  EXPECT_NEAR(measures.figures.accuracy, right, kRounding);
  EXPECT_NEAR(measures.figures.log_loss, log_loss, kRounding);
  EXPECT_NEAR(measures.figures.brier, brier, kRounding);
  EXPECT_NEAR(measures.brier.brier(), brier, kRounding);
  EXPECT_NEAR(measures.figures.ece, events.figures.ece, kRounding);
  EXPECT_NEAR(measures.figures.ece_equal_mass, events.figures.ece_equal_mass, kRounding);
  EXPECT_NEAR(measures.class_ece[1], measure_events(second.sorted(), kNoIntervals).figures.ece, kRounding);
  EXPECT_NEAR(measures.figures.ece_classwise,
              std::accumulate(measures.class_ece.begin(), measures.class_ece.end(), 0.0) / 3, kRounding);
}

TEST(Measures, DoNotDependOnTheNamesOfTheClassesOrOnThreads) {
  const DrawnOutputs drawn(9000, 3, 14);
  DrawnOutputs turned = drawn;
  for (std::size_t i = 0; i < 9000; ++i) {
    for (std::size_t k = 0; k < 3; ++k) turned.logits[3 * i + (k + 1) % 3] = drawn.logits[3 * i + k];
    turned.label[i] = (drawn.label[i] + 1) % 3;
  }
  const CalibrationFigures a = measure_classes(drawn.view(), nullptr, kNoIntervals).figures;
  const CalibrationFigures b = measure_classes(turned.view(), nullptr, kNoIntervals).figures;
  const ThreadLimit one(1);
  const CalibrationFigures c = measure_classes(drawn.view(), nullptr, kNoIntervals).figures;
  for (const NamedFigure& figure : kCalibrationFigures) {
    EXPECT_NEAR(a.*figure.value, b.*figure.value, 1e-12) << figure.name;
    EXPECT_EQ(a.*figure.value, c.*figure.value) << figure.name;
  }
}

TEST(Measures, AProbabilityOfZeroCostsTheSmallestNormalNumber) {
  const float p[] = {1, 0, 0.5F, 0.5F};
  const std::uint32_t label[] = {1, 0};
  const ClassOutputs outputs{DenseView{p, 2, 2, 2, Scalar::f32, 1}, OutputKind::probabilities, label, nullptr};
  const double expected = (-std::log(1.17549435082228750797e-38) - std::log(0.5)) / 2;
  EXPECT_NEAR(measure_classes(outputs, nullptr, kNoIntervals).figures.log_loss, expected, 1e-12);
}

// Under the hypothesis a p-value is below 0.05 in 5 % of 1,000 draws: five standard deviations are 3.4 %.
TEST(CalibrationTests, RejectCalibratedRowsAsOftenAsTheySay) {
  int by_z = 0, by_groups = 0;
  constexpr int kDraws = 1000;
  for (int seed = 0; seed < kDraws; ++seed) {
    const Events events = DrawnEvents(600, 1, static_cast<std::uint64_t>(seed)).sorted();
    by_z += spiegelhalter_test(events).p_value < 0.05 ? 1 : 0;
    by_groups += grouped_test(events, 10).p_value < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(by_z, 50, 34);
  EXPECT_NEAR(by_groups, 50, 34);
}

TEST(CalibrationTests, SeeWhatIsNotCalibratedAndSayWhenTheyCannot) {
  const Events wrong = DrawnEvents(3000, 1.5, 4).sorted();
  EXPECT_LT(grouped_test(wrong, 10).p_value, 1e-6);
  const double p[] = {1, 1, 0};
  const std::uint8_t happened[] = {1, 1, 0};
  const Events sure = sorted_events({p, happened, nullptr, 3});
  EXPECT_TRUE(std::isnan(spiegelhalter_test(sure).p_value));
  EXPECT_TRUE(std::isnan(grouped_test(sure, 10).p_value));
}

TEST(CalibrationTests, SpiegelhaltersStatisticIsItsFormula) {
  const DrawnEvents drawn(50, 1.2, 9);
  double sum = 0, variance = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    sum += (drawn.happened[i] - drawn.p[i]) * (1 - 2 * drawn.p[i]);
    variance += std::pow(1 - 2 * drawn.p[i], 2) * drawn.p[i] * (1 - drawn.p[i]);
  }
  EXPECT_NEAR(spiegelhalter_test(drawn.sorted()).statistic, sum / std::sqrt(variance), 1e-12);
}

TEST(Multilabel, EachLabelIsAnEventOfItsOwn) {
  const DrawnEvents a(400, 1.3, 1), b(400, 0.8, 2);
  std::vector<double> p, y;
  for (std::size_t i = 0; i < 400; ++i) {
    p.insert(p.end(), {a.p[i], b.p[i]});
    y.insert(y.end(), {static_cast<double>(a.happened[i]), static_cast<double>(b.happened[i])});
  }
  const MultilabelMeasures measures = measure_labels({p.data(), y.data(), nullptr, 400, 2}, {15, 20, 0.95, 0});
  const double first = measure_events(a.sorted(), {}).figures.ece, second = measure_events(b.sorted(), {}).figures.ece;
  EXPECT_EQ(measures.labels[0].figures.ece, first);
  EXPECT_EQ(measures.mean.ece, (first + second) / 2);
  EXPECT_LT(measures.intervals[1].lower.ece, measures.intervals[1].upper.ece);
  y[0] = 0.5;
  EXPECT_THROW(measure_labels({p.data(), y.data(), nullptr, 400, 2}, {}), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
