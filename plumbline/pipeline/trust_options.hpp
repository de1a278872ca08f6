#pragma once

#include <optional>
#include <string>

#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/pipeline/conformal_choice.hpp"

namespace plumbline {

/// What is to be done with the probabilities of a fit.
struct TrustOptions {
  std::optional<CalibrationMethod> calibrate;  ///< `--calibrate`; absent: auto
  ConformalChoice conformal;                   ///< sets and intervals (prediction_sets.hpp)
  std::string costs_path;                      ///< `--costs`: a table of costs (read_costs.hpp)
  std::optional<double> abstain;               ///< `--abstain`: what it costs not to decide; without a table: 0/1 costs

  bool wants_costs() const { return !costs_path.empty() || abstain.has_value(); }
};

}  // namespace plumbline
