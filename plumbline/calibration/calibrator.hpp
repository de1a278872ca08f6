#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

enum class CalibrationMethod : std::uint8_t { none, temperature, vector, platt, isotonic };

/// A non-decreasing step function of one class's score, linear between its knots and constant beyond them.
struct IsotonicMap {
  std::vector<double> score;  ///< (knots), strictly increasing
  std::vector<double> value;  ///< (knots), non-decreasing, in [0, 1]
};

/// A fitted map from logits (m) to calibrated probabilities (m): immutable, applied to any number of rows, part of the
/// model file. Only the members of its method are filled.
struct Calibrator {
  CalibrationMethod method = CalibrationMethod::none;
  std::size_t classes = 0;          ///< m
  double temperature = 1;           ///< temperature: p = softmax(logits / T), T > 0 (E.4.15)
  std::vector<double> scale;        ///< vector: (m), p = softmax(scale ∘ logits + offset); platt: slopes
  std::vector<double> offset;       ///< vector, platt: (m), or (1) for two classes under platt
  std::vector<IsotonicMap> isotonic;  ///< (m) one against the rest and normalised, or (1) for two classes
};

/// Calibrated probabilities (rows, m), and where log_p is not null their logarithms, from logits (rows, m).
void calibrated_probabilities(const Calibrator& calibrator, const double* logits, std::size_t rows, double* p,
                              double* log_p);

}  // namespace plumbline
