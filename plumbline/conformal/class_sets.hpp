#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/calibration/class_outputs.hpp"
#include "plumbline/conformal/class_nonconformity.hpp"
#include "plumbline/conformal/conformal_rule.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

/// The draws of rows for --randomized: u_i is a function of (seed, stream, number of the row) alone. Rows that set a
/// threshold and rows that get sets must use different streams.
struct RowDraws {
  static constexpr std::uint64_t kCalibration = 0xC0;
  static constexpr std::uint64_t kPrediction = 0xC1;

  std::uint64_t seed = 0;
  std::uint64_t stream = kPrediction;
  const std::uint32_t* record = nullptr;  ///< (n): the number of row i, or null: i itself

  double operator()(std::size_t i) const { return random_unit(seed, stream, record == nullptr ? i : record[i]); }
};

/// Any classifier's probabilities, as prediction sets see them: the rows as they stand, or after a calibrator.
struct CalibratedOutputs {
  const ClassOutputs* outputs = nullptr;
  const Calibrator* calibrator = nullptr;  ///< null, or method none: none
  RowDraws draws;
};

/// Split conformal prediction: the threshold of the nonconformity of the true classes of n rows that neither the model
/// nor the calibrator has seen, so that a set holds the true class of a further row with probability at least 1 − α,
/// over both the rows here and the further one, if all are exchangeable (Papadopoulos et al. 2002; Vovk et al. 2005).
/// That is an average over rows, not a promise for each kind of row. class_conditional: the same by the rows of each
/// class alone, for rows of that class. Threshold and weights: conformal_threshold.
///
/// Memory: n doubles beside the outputs, with draws two, and n indices; nothing of size n·m. Parallel; the same bits
/// for any threads. Throws std::invalid_argument for options that fail validate() or are not of class sets, fewer than
/// two classes, a label >= m.
ConformalRule conformal_class_rule(const CalibratedOutputs& rows, const ConformalOptions& options);

/// The sets of single rows. Holds its workspace: one object a thread.
class ClassSets final {
 public:
  /// `rule` must outlive this.
  explicit ClassSets(const ConformalRule& rule) : rule_(rule), nonconformity_(rule.options), score_(rule.classes) {}

  /// within (m): 1 where the class is in the set of the row with probabilities p (m); gives the size before an empty
  /// set is filled. Where none is in and empty sets are not allowed, all classes of the largest p are.
  std::size_t set_of_row(const double* p, double draw, std::uint8_t* within);

 private:
  const ConformalRule& rule_;
  ClassNonconformity nonconformity_;
  std::vector<double> score_;
};

/// What sets came to on rows whose truth is known.
struct SetSummary {
  double coverage = 0;                 ///< Σs of rows whose set holds the truth, over Σs; NaN without rows
  double mean_size = 0;                ///< classes in a set, on average; intervals: their mean width, perhaps +∞
  double empty = 0;                    ///< share of rows whose set was empty, filled or not
  double rows = 0;                     ///< Σs
  std::vector<double> class_coverage;  ///< (m): of the rows of each class; NaN where there are none; intervals: empty
};

/// Coverage and size of a rule's sets on rows with labels: others than those that set the threshold, unless it is said
/// beside the figures. Parallel, a few thousand rows at a time; the same bits for any threads.
SetSummary summarise_class_sets(const CalibratedOutputs& rows, const ConformalRule& rule);

}  // namespace plumbline
