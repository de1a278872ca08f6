#pragma once

#include "plumbline/report/json_figures.hpp"

namespace plumbline {

/// "solver", "iterations", "objective", … "separated": how the fit ended.
OrderedJson solve_report_json(const SolveReport& report);

/// "task", "loss", "link", "l2", "objective", "classes", "parameters": what was fitted.
OrderedJson model_json(const LinearModel& model);

/// "train", "calibration", "test": rows of each part.
OrderedJson split_json(const TrainingRecord& training);

}  // namespace plumbline
