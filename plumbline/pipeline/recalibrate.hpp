#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

struct RecalibrateOptions {
  TableOptions table;
  TrustOptions trust;
  std::uint64_t seed = 0;
  bool stratify = true;
};

struct RecalibrateResult {
  LinearModel model;  ///< as it was, but for its calibrators (and the costs where new ones are given)
  std::size_t rows = 0, dropped_rows = 0;
  /// Measured on the half that the calibrator has not seen; none for a regression.
  std::optional<CalibrationResult> calibration;
  std::optional<RealisedCost> cost;  ///< on the same rows, where the model has costs
  std::vector<std::string> notes;
};

/// Fits the calibrators of a saved model anew on a table with targets that was not trained on, all of whose rows are
/// calibration rows: halved by the seed as in fit. The training record stays that of the fit. Throws UsageError,
/// DataError, FileError.
RecalibrateResult recalibrate(const LinearModel& model, const std::string& path, const RecalibrateOptions& options,
                              Progress& progress = silent_progress());

}  // namespace plumbline
