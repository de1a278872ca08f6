#pragma once

#include <string>

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// The table of coefficients that statistics prints (estimate, standard error, t or z, p, limits; one table an output,
/// softmax: the classes against the first), and below it the figures of the fit as a whole. Only with model.inference.
std::string inference_table(const LinearModel& model);

/// For the summary of a fit, in one line: where the table is, or why there is none.
std::string inference_line(const LinearModel& model, const std::string& saved_path);

}  // namespace plumbline
