#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// `--class-weights FILE`: a CSV with the columns `class` and `weight`, one line for each of `labels` (as the model
/// spells them; where all are numbers, any spelling of the number), weights positive and finite. Returns the
/// multipliers by class index. Throws FileError; DataError, with the line, for an unknown class, one that comes twice,
/// a weight that is not positive, a class that is absent, and columns of other names.
std::vector<double> read_class_weights(const std::string& path, const std::vector<std::string>& labels);

/// `--class-weights balanced`: Σs/(m·Σs_class) for each class, from its total row weight Σs_class, m the number of
/// classes that have any. All classes then weigh the same and Σs stays what it was. 1 for a class without rows.
std::vector<double> balanced_class_weights(const std::vector<double>& class_totals);

/// Σs of each of `classes`, the targets of `source` being class indices in one column. One look at targets and weights.
std::vector<double> class_totals(RowSource& source, std::size_t classes);

/// row_weight[i] *= multiplier[target[i]] for class indices `target` (rows).
void multiply_by_class(const std::vector<double>& multiplier, const double* target, std::size_t rows,
                       double* row_weight);

}  // namespace plumbline
