#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/bootstrap.hpp"
#include "plumbline/calibration/brier_parts.hpp"
#include "plumbline/calibration/calibration_test.hpp"
#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/calibration/class_outputs.hpp"
#include "plumbline/calibration/figures.hpp"
#include "plumbline/calibration/reliability.hpp"

namespace plumbline {

struct MeasureOptions {
  std::size_t bins = 15;
  std::size_t resamples = 200;  ///< of the bootstrap; 0: no intervals
  double level = 0.95;          ///< of all intervals
  std::uint64_t seed = 0;
};

/// One line of a reliability table.
struct ReliabilityBin {
  double lower = 0, upper = 1;  ///< equal width: the bin (lower, upper]; equal mass: its smallest and largest p
  BinSums sums;
  ProportionLimits limits;  ///< Clopper–Pearson, of the accuracy
};

/// How far stated probabilities of an event can be trusted. Of CalibrationFigures log_loss and brier are those of the
/// event against its complement, accuracy is the share that happened; ece_classwise stays NaN.
struct EventMeasures {
  CalibrationFigures figures;
  std::vector<ReliabilityBin> table;  ///< bins of equal width, empty ones too
  CalibrationTest spiegelhalter, grouped;
  BrierParts brier;
};

/// How far a classifier's probabilities can be trusted.
struct ClassMeasures {
  std::size_t rows = 0;
  CalibrationFigures figures;
  BootstrapIntervals intervals;
  std::vector<ReliabilityBin> table;                     ///< of the top label
  CalibrationTest spiegelhalter, grouped;                ///< of the top label
  BrierParts brier;                                      ///< over classes, bins of equal width
  std::vector<double> class_ece;                         ///< (m): ECE of p_k against [y = k]
  std::vector<std::vector<ReliabilityBin>> class_table;  ///< (m): their tables
};

/// All measures of one kind of event. Throws std::invalid_argument (bins 0, level not in (0, 1)). O(n + bins).
EventMeasures measure_events(const Events& events, const MeasureOptions& options);

/// Top-label and per-class measures of a classifier's outputs, as they stand (`calibrator` null) or calibrated. Weights
/// are frequency weights throughout. Throws std::invalid_argument as sum_classes and measure_events. The same bits for
/// any number of threads. O(n · m + n log n) and the bootstrap; 29 n bytes beside the outputs on the way.
ClassMeasures measure_classes(const ClassOutputs& outputs, const Calibrator* calibrator, const MeasureOptions& options);

/// Outputs of a multilabel task: p (n, labels), what each label is stated with; y of the same shape, 0 or 1.
struct MultilabelOutputs {
  const double* p = nullptr;
  const double* y = nullptr;
  const double* weight = nullptr;  ///< (n) frequency weights, or null
  std::size_t n = 0, labels = 0;
};

/// Each label an event of its own.
struct MultilabelMeasures {
  std::vector<EventMeasures> labels;
  std::vector<BootstrapIntervals> intervals;  ///< by label; of log_loss and brier none
  CalibrationFigures mean;                    ///< of each figure over the labels; log_loss and brier: their sum
};

/// Throws std::invalid_argument for no rows or labels, p outside of [0, 1], y not 0 or 1. O(labels · n log n) and the
/// bootstrap.
MultilabelMeasures measure_labels(const MultilabelOutputs& outputs, const MeasureOptions& options);

}  // namespace plumbline
