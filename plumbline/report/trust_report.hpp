#pragma once

#include <optional>
#include <string>

#include "plumbline/pipeline/trust.hpp"
#include "plumbline/report/json_figures.hpp"

namespace plumbline {

/// {"method","temperature","chosen","rows","ece_before","ece_after",…}: what a fit or a recalibration says; null
/// without a result (a regression). Several labels: "method" is theirs if it is one, else "mixed", each under "labels".
OrderedJson calibration_json(const std::optional<CalibrationResult>& result);

/// {"method","temperature"} of a saved model, its "labels" likewise; null for a regression.
OrderedJson saved_calibration_json(const LinearModel& model);

/// {"table":[[m]],"abstain","threshold"} of a saved model, rows decided and columns true in the order of the classes;
/// null without costs.
OrderedJson saved_costs_json(const LinearModel& model);

/// {"realised","expected","argmax","always","always_class","abstained"} a row; null without costs.
OrderedJson cost_json(const LinearModel& model, const std::optional<RealisedCost>& cost);

// For reading; each ends with a line feed or is empty.

std::string calibration_line(const std::optional<CalibrationResult>& result, const char* where);
std::string saved_calibration_line(const LinearModel& model);
std::string cost_line(const LinearModel& model, const std::optional<RealisedCost>& cost, const char* where);
std::string saved_costs_lines(const LinearModel& model);

}  // namespace plumbline
