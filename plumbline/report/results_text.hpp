#pragma once

#include <string>

#include "plumbline/pipeline/predict.hpp"

namespace plumbline {

// Results for reading, in plain text without colour. Notes are no result: the commands put them on standard error.

/// What the summary of a fit says besides the result.
struct FitTextOptions {
  std::string data_path;
  std::string saved_path;  ///< empty: the model was not saved
  bool saving = true;      ///< narration: where the model went
};

/// About 20 lines: data, model, objective, verdict, metrics side by side, confusion, strongest coefficients.
std::string fit_text(const FitResult& result, const FitTextOptions& options);

std::string evaluate_text(const LinearModel& model, const EvaluateResult& result);

/// Everything in the model file that a person wants to know: all coefficients, in the user's units.
std::string inspect_text(const LinearModel& model);

}  // namespace plumbline
