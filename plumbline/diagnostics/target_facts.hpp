#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// How the target of a source is to be read: an index below `classes`, or `labels` columns of 0 and 1, or a number.
struct TargetMeaning {
  std::size_t classes = 0, labels = 0;

  /// Columns of the table of indicators that stands for the target in sums: one a class or label, or the number.
  std::size_t outputs() const { return classes > 0 ? classes : labels > 0 ? labels : 1; }
};

/// What one look at the targets and weights tells; rows of weight 0 are passed over.
struct TargetFacts {
  double weight_sum = 0;                ///< Σs
  std::vector<double> class_weight;     ///< (classes) Σs; or (labels): of the ones
  std::vector<std::size_t> class_rows;  ///< (classes, else 1): rows
  double mean = 0, squares = 0;         ///< of a number: weighted mean, and Σ s (y − mean)²
};

/// Serial, in row order.
TargetFacts read_target(RowSource& source, const TargetMeaning& meaning);

/// The target of a row as it enters sums: 1 at its class, its labels, or y − mean; `into` holds meaning.outputs().
void write_target(const TargetMeaning& meaning, const TargetFacts& facts, const double* target, double* into);

}  // namespace plumbline
