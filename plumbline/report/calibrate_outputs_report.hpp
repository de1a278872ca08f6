#pragma once

#include <string>

#include "plumbline/pipeline/calibrate_outputs.hpp"

namespace plumbline {

/// One line of JSON: the figures of the outputs as they came, "after" the same once calibrated, "intervals" of both,
/// the reliability tables, tests and Brier parts, "conformal" and "cost".
std::string calibrate_outputs_json(const CalibrateOutputsResult& result, const CalibrateOutputsOptions& options);

/// For reading: figures before and after with their intervals, the reliability table, sets and costs.
std::string calibrate_outputs_text(const CalibrateOutputsResult& result, const CalibrateOutputsOptions& options);

}  // namespace plumbline
