#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plumbline/pipeline/predict.hpp"

namespace plumbline {

/// Takes the next piece of a text.
using TextSink = std::function<void(std::string_view)>;

/// Predictions as CSV (RFC 4180): `row` (from 1; or `id_column` with the ids), `prediction`, then p_<class> columns,
/// and where the model has costs `decision` (a class, or "abstain") and `expected_cost`.
/// Multilabel: prediction holds the labels with p > 0.5 joined by |. A row that could not be predicted has its number
/// and empty cells. Numbers are the shortest that read back as the same double. Handed to `sink` in large pieces.
void write_predictions(const LinearModel& model, const Predictions& predictions, const std::string& id_column,
                       const TextSink& sink);

}  // namespace plumbline
