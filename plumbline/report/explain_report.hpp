#pragma once

#include <string>
#include <vector>

#include "plumbline/pipeline/explain.hpp"
#include "plumbline/report/json_figures.hpp"
#include "plumbline/report/predictions_csv.hpp"

namespace plumbline {

/// An explanation for reading: the prediction, what each column adds to it, which training rows carried it, what single
/// rows do to it and to the fit; what does not exist, and why. `top` lines in each table.
std::string explain_text(const LinearModel& model, const Explanation& explanation, std::size_t top);

/// The same as one JSON object, all columns and outputs; a part that does not exist is null with "<key>_reason".
std::string explain_json(const LinearModel& model, const Explanation& explanation);

/// CSV with one line a training row and all figures that exist: `row` (or the id), target, then leverage, residuals,
/// Cook's distance, dual weights or coefficients, effects, leave-one-out loss. Empty cells: not defined for that row.
void write_training_rows(const LinearModel& model, const Explanation& explanation, const std::string& id_column,
                         const TextSink& sink);

/// A training row's target as users spell it: number, class, or labels that hold joined by |.
std::string target_text(const LinearModel& model, const TrainingRows& training, std::size_t row);

/// What the model predicts for the explained row, likewise.
std::string prediction_text(const LinearModel& model, const Explanation& explanation);

}  // namespace plumbline
