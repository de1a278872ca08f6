#include "plumbline/calibration/calibrator.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "calibration/calibrator_support.hpp"

namespace plumbline {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

std::vector<Calibrator> examples(std::size_t m) {
  const std::size_t lines = one_against_rest(m);
  Calibrator none, temperature, vector, platt, isotonic;
  temperature.method = CalibrationMethod::temperature;
  temperature.temperature = 1.75;
  vector.method = CalibrationMethod::vector;
  platt.method = CalibrationMethod::platt;
  isotonic.method = CalibrationMethod::isotonic;
  for (std::size_t k = 0; k < m; ++k) {
    vector.scale.push_back(0.5 + 0.25 * static_cast<double>(k));
    vector.offset.push_back(static_cast<double>(k) - 0.5 * static_cast<double>(m - 1));
  }
  for (std::size_t k = 0; k < lines; ++k) {
    platt.scale.push_back(0.75);
    platt.offset.push_back(0.25 - static_cast<double>(k));
    isotonic.isotonic.push_back({{-2, 0, 3}, {0.125, 0.5, 0.875}});
  }
  std::vector<Calibrator> all{none, temperature, vector, platt, isotonic};
  for (Calibrator& each : all) each.classes = m;
  return all;
}

TEST(Calibrator, GivesProbabilitiesWithFiniteLogarithms) {
  for (const std::size_t m : {std::size_t{2}, std::size_t{3}}) {
    for (const Calibrator& calibrator : examples(m)) {
      for (const double size : {0.0, 1.0, 40.0, 800.0, 1e300, kLargest}) {
        std::vector<double> z(2 * m, -size), p(2 * m), log_p(2 * m), alone(2 * m);
        z[1] = size;
        z[m] = 0;
        calibrated_probabilities(calibrator, z.data(), 2, p.data(), log_p.data());
        calibrated_probabilities(calibrator, z.data(), 2, alone.data(), nullptr);
        EXPECT_EQ(p, alone);
        for (std::size_t i = 0; i < 2; ++i) {
          double sum = 0;
          for (std::size_t c = i * m; c < (i + 1) * m; ++c) {
            EXPECT_TRUE(std::isfinite(log_p[c]) && log_p[c] <= 0) << log_p[c];
            EXPECT_TRUE(calibrator.method == CalibrationMethod::none || (p[c] > 0 && p[c] < 1)) << p[c];
            EXPECT_NEAR(p[c], std::exp(log_p[c]), 1e-15);
            sum += p[c];
          }
          EXPECT_NEAR(sum, 1, 1e-14) << name_of(calibrator.method);
        }
      }
    }
  }
}

TEST(Calibrator, IsItsFormula) {
  const std::vector<double> z{1.5, -0.5, 0.25};
  const std::vector<Calibrator> all = examples(3);
  std::vector<double> p(3);
  const auto softmax = [](std::vector<double> eta) {
    double sum = 0;
    for (double& e : eta) sum += e = std::exp(e);
    for (double& e : eta) e /= sum;
    return eta;
  };
  calibrated_probabilities(all[0], z.data(), 1, p.data(), nullptr);
  testing::expect_near(p, softmax(z), 1e-15);
  calibrated_probabilities(all[1], z.data(), 1, p.data(), nullptr);
  testing::expect_near(p, softmax({1.5 / 1.75, -0.5 / 1.75, 0.25 / 1.75}), 1e-15);
  calibrated_probabilities(all[2], z.data(), 1, p.data(), nullptr);
  const double mean = 1.25 / 3;
  testing::expect_near(p, softmax({0.5 * (1.5 - mean) - 1, 0.75 * (-0.5 - mean), 0.25 - mean + 1}), 1e-15);
}

TEST(Calibrator, DoesNotSeeAConstantAddedToARow) {
  for (const Calibrator& calibrator : examples(3)) {
    const std::vector<double> z{1.5, -0.5, 0.25}, shifted{9.5, 7.5, 8.25};
    std::vector<double> p(3), q(3);
    calibrated_probabilities(calibrator, z.data(), 1, p.data(), nullptr);
    calibrated_probabilities(calibrator, shifted.data(), 1, q.data(), nullptr);
    testing::expect_near(p, q, 1e-15);
  }
}

TEST(Calibrator, TheSameRowGivesTheSameBitsWhereverItStands) {
  const OutputRows rows = testing::scaled_rows(70, 3, 5, 1);
  for (const Calibrator& calibrator : examples(3)) {
    const std::vector<double> together = testing::calibrated(calibrator, rows);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      std::vector<double> p(3);
      calibrated_probabilities(calibrator, rows.logits.data() + 3 * i, 1, p.data(), nullptr);
      for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(p[k], together[3 * i + k]);
    }
  }
}

TEST(Calibrator, RefusesShapesThatAreNotItsOwn) {
  std::vector<double> z(3), p(3);
  std::vector<Calibrator> broken = examples(3);
  broken[0].classes = 1;
  broken[1].temperature = 0;
  broken[2].offset.pop_back();
  broken[3].scale.pop_back();
  broken[4].isotonic[1].value.pop_back();
  for (const Calibrator& calibrator : broken)
    EXPECT_THROW(calibrated_probabilities(calibrator, z.data(), 1, p.data(), nullptr), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
