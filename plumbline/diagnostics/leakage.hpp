#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/diagnostics/doctor_options.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/diagnostics/row_sample.hpp"
#include "plumbline/diagnostics/table_sums.hpp"

namespace plumbline {

/// A column that predicts the target, or one of several labels, all but alone.
struct Leak {
  std::size_t group = 0;  ///< FeatureGroup
  std::size_t label = 0;  ///< multilabel
  double value = 0;       ///< AUC (mean_pair_auc) or R²
  bool by_rank = false;   ///< R² of the ranks: the numbers themselves are below the threshold
};

/// What is known of the rows when leaks are looked for.
struct LeakageInput {
  RowSource& source;
  const std::vector<FeatureGroup>& groups;
  const TargetMeaning& meaning;
  const TargetFacts& facts;
  const Moments& moments;
  const TableSums& sums;  ///< with_target: needed for categorical columns and for regression
  const RowSample& sample;
};

/// Columns with at least options.leak_auc (classes, labels) or leak_r2 (numbers), in the order of the columns.
/// - A number against classes: by rank; columns within 0.01 of the threshold on the sample are measured on all rows.
///   (On a sample of 2,000 rows the standard deviation of an AUC near 0.99 is about 0.002.)
/// - A number against a number: squared weighted correlation; where that is below the threshold, of the ranks (such as
///   the logarithm of the target), likewise on the sample first.
/// - Levels of a text column: each row is scored by the class shares among the other rows of its level, so that a level
///   with few rows proves nothing, and the AUC taken of that; of a number, the adjusted R² of the level means.
/// - Of the powers of a column, the column itself.
std::vector<Leak> find_leaks(const LeakageInput& input, const DoctorOptions& options, Progress& progress);

}  // namespace plumbline
