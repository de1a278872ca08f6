#pragma once

#include "plumbline/report/json_figures.hpp"

namespace plumbline {

/// "solver", "iterations", "objective", … "separated": how the fit ended.
OrderedJson solve_report_json(const SolveReport& report);

/// [{"class", "kind", "rows", "strict_rows", "witness":{"(intercept)":[…],"feature":[…]}}]: see SolveReport::Witness.
OrderedJson witnesses_json(const LinearModel& model);

/// {"method", "folds", "l2", "best_l2", "curve":[{"l2","loss","standard_error"}]}, or null without `--l2 auto`.
OrderedJson l2_choice_json(const LinearModel& model);

/// "task", "loss", "link", "l2", "objective", "classes", "parameters": what was fitted.
OrderedJson model_json(const LinearModel& model);

/// "train", "calibration", "test": rows of each part.
OrderedJson split_json(const TrainingRecord& training);

}  // namespace plumbline
