#pragma once

#include <string>

#include "plumbline/models/linear_model.hpp"
#include "plumbline/report/json_figures.hpp"

namespace plumbline {

/// Why a model without inference has none, as users read it.
std::string withheld_reason(const LinearModel& model);

/// Sets "standard_errors", "statistics", "p_values" and "confidence_intervals" as the coefficients are,
/// {"feature":[K]}, the intercept under "(intercept)"; "undetermined":{"feature":"why"}. All null with their reason
/// where they are withheld. A single figure that does not exist is null.
void put_coefficient_figures(OrderedJson& object, const LinearModel& model);

/// Sets "inference": kind of covariance and limits, likelihood, information criteria, tests; softmax: "contrasts"
/// against the first class. Null with "inference_reason" where it is withheld.
void put_inference_summary(OrderedJson& object, const LinearModel& model);

}  // namespace plumbline
