#pragma once

#include <string>

#include "plumbline/pipeline/predict.hpp"

namespace plumbline {

// Results as one line of JSON each, with the keys of docs "The JSON of fit". A number that is not finite is null,
// with "<key>_reason" beside it.

std::string fit_json(const FitResult& result);

std::string evaluate_json(const LinearModel& model, const EvaluateResult& result);

/// Rows, predicted rows and the output's path: what `predict --json` says while the CSV goes to a file.
std::string predict_json(const Predictions& predictions, const std::string& output_path);

/// Coefficients in the user's units: "intercept":[K], "coefficients":{"feature":[K]}.
std::string inspect_json(const LinearModel& model);

}  // namespace plumbline
