#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

enum class CalibrationMethod : std::uint8_t { none, temperature, vector, platt, isotonic };

inline constexpr std::array kCalibrationMethods{CalibrationMethod::none, CalibrationMethod::temperature,
                                                CalibrationMethod::vector, CalibrationMethod::platt,
                                                CalibrationMethod::isotonic};

const char* name_of(CalibrationMethod method);

/// A non-decreasing function of one class's log-odds, linear between its knots and constant beyond them.
struct IsotonicMap {
  std::vector<double> score;  ///< (knots), strictly increasing
  std::vector<double> value;  ///< (knots), non-decreasing, in (0, 1)
};

/// A fitted map from logits (m) to calibrated probabilities (m): immutable, applied to any number of rows, part of the
/// model file. Only the members of its method are filled. Whatever the method, a constant added to all logits of a row
/// changes nothing. For several labels that do not exclude each other there is one calibrator a label, of two classes.
///
/// "Log-odds" of class k is logit_k − log Σ_{j≠k} exp(logit_j) = log p_k − log(1 − p_k) with p = softmax(logits).
struct Calibrator {
  CalibrationMethod method = CalibrationMethod::none;
  std::size_t classes = 0;     ///< m >= 2
  double temperature = 1;      ///< temperature: p = softmax(logits / T), T > 0 (E.4.15)
  std::vector<double> scale;   ///< vector: (m), p = softmax(scale ∘ (logits − their mean) + offset); platt: slopes
  std::vector<double> offset;  ///< vector: (m), summing to 0; platt: (m), or (1) for two classes
  std::vector<IsotonicMap> isotonic;  ///< (m), or (1) for two classes: that of the second
};

/// How many slopes, offsets or maps platt and isotonic have for m classes: one for two, that of the second class.
constexpr std::size_t one_against_rest(std::size_t classes) { return classes == 2 ? 1 : classes; }

/// Calibrated probabilities (rows, m), and where log_p is not null their logarithms, from finite logits (rows, m).
/// none, temperature, vector: softmax of the transformed logits. platt: σ(slope·log-odds + offset), isotonic: the map
/// of the log-odds, each class against the rest and divided by the sum over the classes; two classes: 1 − p and p.
/// log_p is finite; p lies in [smallest normal number, 1 − 2⁻⁵³] but for `none`, which is plain softmax. O(rows·m), on
/// the calling thread; the same row gives the same bits wherever it stands. Throws std::invalid_argument for a
/// calibrator whose members do not have the shapes above.
void calibrated_probabilities(const Calibrator& calibrator, const double* logits, std::size_t rows, double* p,
                              double* log_p);

}  // namespace plumbline
