#pragma once

#include <string>
#include <vector>

#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

// The paragraphs that several summaries share. Each ends with a line feed, or is empty.

/// "target diagnosis: binary, benign or malignant (p is of malignant)".
std::string task_line(const LinearModel& model);

/// A network's layers and dead units, objective and verdict, advice, columns that depend on each other, separating
/// features.
std::string outcome_lines(const LinearModel& model);

/// The confusion matrix with names up to 12 classes, beyond that the most frequent mistakes. `where` tells of which
/// rows.
std::string confusion_lines(const LinearModel& model, const std::vector<std::vector<double>>& counts,
                            const std::string& where);

/// A table of coefficients for the features in `order`, with the change of eta per standard deviation.
std::string coefficient_table(const LinearModel& model, const std::vector<std::size_t>& order);

}  // namespace plumbline
