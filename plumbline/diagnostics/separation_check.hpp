#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/diagnostics/finding.hpp"
#include "plumbline/diagnostics/row_sample.hpp"
#include "plumbline/solvers/separation.hpp"

namespace plumbline {

/// What separation is looked for in.
struct SeparationSearch {
  RowSource& source;
  const RowSample& sample;
  const Coordinates& at;
  const SeparationProblem& problem;
  std::size_t rank = 0;         ///< of all rows, in the coordinates `at`
  std::vector<bool> redundant;  ///< (p): columns that others stand for, all but
};

/// Separation of all rows, found on few where it can be: if no direction separates the sample, and its columns have the
/// same rank as all rows', then every margin of a direction that separates nothing wrongly is 0 on the sample, so that
/// the direction is 0: nothing separates the rows either. Otherwise find_separation on all rows.
///
/// Where rows are separated, a direction is looked for that separates as many of them strictly by fewer columns, so
/// that those which are named are those that matter: without the redundant ones, then (one target, at most 200 columns)
/// without each that can be spared, on the sample; the outcome is found and checked on all rows.
SeparationResult check_separation(const SeparationSearch& search, Progress& progress);

/// What a finding of separation says: one for each label, or one for all classes. `labels`: names of the labels, or of
/// the classes.
struct SeparationWords {
  const std::vector<std::string>& feature_names;
  const std::vector<std::string>& labels;
  const Coordinates& at;
  std::size_t rows = 0;
};
std::vector<Finding> separation_findings(const SeparationResult& result, const SeparationProblem& problem,
                                         const SeparationWords& words);

}  // namespace plumbline
