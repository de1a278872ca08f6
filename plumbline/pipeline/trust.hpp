#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/calibration/choose_calibrator.hpp"
#include "plumbline/data/dataset.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/trust_options.hpp"

namespace plumbline {

/// The calibrator of one label, or of all classes together.
struct CalibratorResult {
  std::string label;  ///< multilabel: the label's name; else empty
  CalibrationMethod method = CalibrationMethod::none;
  double temperature = 1;               ///< where the method is temperature
  std::vector<CalibratorScore> scores;  ///< what auto chose by; empty: not asked, or too few rows
};

/// What a calibration came to, for those who print it.
struct CalibrationResult {
  bool chosen = false;                        ///< auto
  std::size_t rows = 0;                       ///< that fitted the calibrator
  std::vector<CalibratorResult> calibrators;  ///< one, or one a label
  /// Top-label ECE (15 bins of equal width; multilabel: mean over the labels) and mean log loss of rows that fitted
  /// neither model nor calibrator: the test rows of a fit, the threshold's half of a recalibration. NaN without such
  /// rows, or where the loss gives no probabilities by itself.
  std::size_t measured_rows = 0;
  double ece_before = 0, ece_after = 0;
  double log_loss_before = 0, log_loss_after = 0;
};

/// Rows of a data set with targets that are there to calibrate by.
struct CalibrationRows {
  const Dataset* data = nullptr;
  std::size_t begin = 0, count = 0;
  std::uint64_t seed = 0;
  bool stratify = true;
};

/// Rows picked out of a data set, with what a model says of them.
struct PickedRows {
  std::vector<std::size_t> row;  ///< (n) by index in the data set, ascending
  std::size_t outputs = 0, target_width = 1;
  std::vector<double> eta;     ///< (n, K)
  std::vector<double> target;  ///< (n, target_width)
  std::vector<double> weight;  ///< (n), or empty: 1 each
};

struct Calibrated {
  CalibrationResult result;
  /// The calibration rows that no calibrator has seen, for the conformal threshold: the second half, or all rows where
  /// there was no calibrator to fit.
  PickedRows held;
  std::vector<std::string> notes;
};

/// Throws UsageError where the options ask for what task and loss do not have: calibrators or costs of a regression,
/// costs of several labels, or of a loss without probabilities that nothing calibrates; or a calibrator by name where
/// there are no rows to fit it by (`rows` says whether).
void check_trust(const TrustOptions& options, const LossSettings& loss, Task task, bool rows);

/// Whether there is a calibrator to fit: classes or labels, not `--calibrate none`, and a loss with probabilities
/// unless a method is named (hinge margins are calibrated when asked to, not by auto: there would be nothing to compare
/// with).
bool calibrates(const TrustOptions& options, const LossSettings& loss, Task task);

/// Halves the rows where calibrates() says so, fits the calibrator(s) by one half and puts them into the model; `none`
/// leaves the model as it is. Row weights count as frequencies, class weights not at all. Calibrators the model had
/// before are replaced. The measured figures are still to be filled: measure_calibration.
Calibrated calibrate_model(const CalibrationRows& rows, const TrustOptions& options, LinearModel& model);

/// Fills the figures of `result` from rows that fitted neither the model nor the calibrator.
void measure_calibration(const LinearModel& model, const PickedRows& rows, CalibrationResult& result);

/// All rows of a range, with the model's predictors.
PickedRows pick_rows(const LinearModel& model, const Dataset& data, std::size_t begin, std::size_t count);

/// The costs that the options ask for, by class; none if they ask for none. Throws what read_costs throws, and
/// UsageError where a class is named as the decision to abstain is ("abstain").
std::optional<CostMatrix> costs_for(const TrustOptions& options, const std::vector<std::string>& classes);

}  // namespace plumbline
