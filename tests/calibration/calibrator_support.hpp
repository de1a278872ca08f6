#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/output_rows.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline::testing {

/// Uniform in [−1, 1), fixed for ever by its place.
inline double draw(std::uint64_t stream, std::size_t i) { return 2 * random_unit(77, stream, i) - 1; }

/// n rows of random logits with labels drawn from softmax(truth(logits)).
template <class Truth>
OutputRows drawn_rows(std::size_t n, std::size_t m, double spread, const Truth& truth) {
  OutputRows rows;
  rows.classes = m;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> z(m), p(m);
    double sum = 0;
    for (std::size_t k = 0; k < m; ++k) {
      z[k] = spread * draw(1, i * m + k);
      rows.logits.push_back(z[k]);
    }
    for (std::size_t k = 0; k < m; ++k) sum += p[k] = std::exp(truth(z, k));
    double u = random_unit(78, 2, i) * sum;
    std::size_t y = 0;
    while (y + 1 < m && u >= p[y]) u -= p[y++];
    rows.label.push_back(static_cast<std::uint32_t>(y));
  }
  return rows;
}

/// softmax of the logits times `beta`: the temperature that is right is 1/beta.
inline OutputRows scaled_rows(std::size_t n, std::size_t m, double spread, double beta) {
  return drawn_rows(n, m, spread, [beta](const std::vector<double>& z, std::size_t k) { return beta * z[k]; });
}

/// Mean −log p of the true class, by the calibrator.
inline double log_loss(const Calibrator& calibrator, const OutputRows& rows) {
  std::vector<double> p(rows.logits.size()), log_p(rows.logits.size());
  calibrated_probabilities(calibrator, rows.logits.data(), rows.rows(), p.data(), log_p.data());
  double sum = 0, weight = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double s = rows.weight.empty() ? 1 : rows.weight[i];
    sum -= s * log_p[i * rows.classes + rows.label[i]];
    weight += s;
  }
  return sum / weight;
}

/// The rows with class k renamed to[k].
inline OutputRows relabelled(const OutputRows& rows, const std::vector<std::uint32_t>& to) {
  OutputRows again = rows;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    again.label[i] = to[rows.label[i]];
    for (std::size_t k = 0; k < rows.classes; ++k)
      again.logits[i * rows.classes + to[k]] = rows.logits[i * rows.classes + k];
  }
  return again;
}

/// Each row as often as its weight says.
inline OutputRows repeated(const OutputRows& rows) {
  OutputRows all;
  all.classes = rows.classes;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    for (int times = 0; times < static_cast<int>(rows.weight[i]); ++times) {
      const auto first = rows.logits.begin() + static_cast<std::ptrdiff_t>(i * rows.classes);
      all.logits.insert(all.logits.end(), first, first + static_cast<std::ptrdiff_t>(rows.classes));
      all.label.push_back(rows.label[i]);
    }
  }
  return all;
}

inline void weigh(OutputRows& rows) {
  for (std::size_t i = 0; i < rows.rows(); ++i) rows.weight.push_back(static_cast<double>(i * 7 % 4));
}

/// Probabilities of all rows.
inline std::vector<double> calibrated(const Calibrator& calibrator, const OutputRows& rows) {
  std::vector<double> p(rows.logits.size());
  calibrated_probabilities(calibrator, rows.logits.data(), rows.rows(), p.data(), nullptr);
  return p;
}

inline void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance) << i;
}

/// Relabelling the classes relabels the probabilities and does nothing else; the tolerance is what sums in another
/// order leave, on fits that end where rounding ends.
inline void expect_relabelling_changes_nothing(CalibrationMethod method, const OutputRows& rows, double tolerance) {
  const std::vector<std::uint32_t> to =
      rows.classes == 2 ? std::vector<std::uint32_t>{1, 0} : std::vector<std::uint32_t>{2, 0, 3, 1};
  const OutputRows other = relabelled(rows, to);
  const std::vector<double> p = calibrated(fit_calibrator(method, rows.view()).calibrator, rows);
  const std::vector<double> q = calibrated(fit_calibrator(method, other.view()).calibrator, other);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    for (std::size_t k = 0; k < rows.classes; ++k)
      EXPECT_NEAR(p[i * rows.classes + k], q[i * rows.classes + to[k]], tolerance);
  }
}

}  // namespace plumbline::testing
