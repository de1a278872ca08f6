#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/calibration/choose_calibrator.hpp"
#include "plumbline/calibration/measures.hpp"
#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/decision/cost_matrix.hpp"
#include "plumbline/pipeline/class_outputs_table.hpp"
#include "plumbline/pipeline/trust_options.hpp"

namespace plumbline {

/// What is asked of the outputs of any classifier.
struct CalibrateOutputsOptions {
  std::string path;
  OutputKind kind = OutputKind::logits;
  TableOptions table;  ///< with the labels' path
  TrustOptions trust;  ///< calibrator, prediction sets (auto: lac) and costs
  /// The share of the rows, from the first on, that fits; the rest is reported. Absent: all rows do both.
  std::optional<double> split;
  MeasureOptions measures;  ///< bins, resamples and the seed of all draws
};

struct CalibrateOutputsResult {
  std::size_t rows = 0, classes = 0;
  std::vector<std::string> names;                       ///< (m)
  std::size_t calibrator_rows = 0, threshold_rows = 0;  ///< that fitted each
  /// The temperature that fits the calibrator's rows best (with --calibrate none: the threshold's), whatever the
  /// calibrator is: how over-confident (T > 1) or timid (T < 1) the outputs are.
  double temperature = 1;
  bool in_sample = true;         ///< the reported rows fitted as well: no guarantee
  bool chosen = false;           ///< the method was chosen by cross-validation
  CalibratorChoice calibration;  ///< method none if nothing was fitted
  ClassMeasures before, after;   ///< of the reported rows
  std::optional<ConformalRule> rule;
  std::optional<SetSummary> sets;  ///< on the reported rows, as are the costs
  std::optional<CostMatrix> costs;
  std::optional<RealisedCost> cost;
  std::vector<std::string> notes;
};

/// Measures, calibrates, covers and decides for outputs that somebody else's model gave; no training. With a split and
/// a calibrator to fit, the fitting rows are halved by the seed as in fit: one half for the calibrator, the other for
/// the threshold. Throws as read_class_outputs does, UsageError for costs of other classes or a split that leaves a
/// part empty, Cancelled. Memory: the outputs in their type, some 40 bytes a row on the way; with a split a quarter of
/// the rows twice in double; with costs the reported probabilities in double.
CalibrateOutputsResult calibrate_outputs(const CalibrateOutputsOptions& options,
                                         Progress& progress = silent_progress());

/// The same for outputs in memory, `names` (m) the classes'.
CalibrateOutputsResult calibrate_outputs(const ClassOutputs& outputs, const std::vector<std::string>& names,
                                         const CalibrateOutputsOptions& options);

}  // namespace plumbline
