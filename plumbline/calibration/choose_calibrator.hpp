#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/calibration/fit_calibrator.hpp"

namespace plumbline {

/// The cross-validated log loss of one method.
struct CalibratorScore {
  CalibrationMethod method = CalibrationMethod::none;
  double log_loss = 0;
  double gain = 0;            ///< over `none`
  double standard_error = 0;  ///< of the gain, from the paired differences of the rows
};

struct CalibratorChoice {
  CalibratorFit fit;                    ///< the chosen method on all rows
  std::vector<CalibratorScore> scores;  ///< none first; empty where there were too few rows to choose by
  std::size_t rows = 0;                 ///< that the choice was made by
};

/// Fewer rows than this are not cross-validated.
inline constexpr std::size_t kFewestRowsToChoose = 30;

/// `--calibrate auto`: ten-fold cross-validation within the rows, folds dealt out by a hash of (seed, row) class by
/// class. The method with the least log loss stays only if its gain over no calibration exceeds one standard error of
/// the paired differences d of the rows, √(Σ s(d − d̄)² / (n(n − 1))) with n = Σs; of the methods whose loss is within
/// one standard error of that one's, the first of temperature, platt, vector, isotonic is taken. (On outputs that are
/// calibrated, one parameter would have to be 2.7 standard errors off to pass.) Vector scaling takes part where there
/// are ten rows or more for each of its 2m parameters. `none` where there are fewer than 30 rows, with a note.
/// More than 20,000 rows, or two million cells: the choice is made by so many rows, drawn by the seed; the fit is made
/// on all. The fits of the folds cost O(10·n·m²) at most. Throws as fit_calibrator does.
CalibratorChoice choose_calibrator(const ClassOutputs& outputs, std::uint64_t seed);

}  // namespace plumbline
