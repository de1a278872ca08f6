#pragma once

#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {

/// The part of the doctor that a fit has paid for already, as sentences: features with one value in all training rows,
/// features that number the rows, classes that are
/// rare and not weighted. (Missing cells, columns left out and dependent columns a fit
/// tells of by itself.) `rows`: the training rows of `model`. One look at the targets, and at the first few rows.
std::vector<std::string> table_notes(RowSource& rows, const RowsMeaning& meaning, const LinearModel& model,
                                     const FitOptions& options, Progress& progress);

}  // namespace plumbline
