#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "plumbline/diagnostics/doctor.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// What looking a file over has found.
struct DoctorResult {
  Task task = Task::regression;
  std::vector<std::string> targets;  ///< as given; empty where the format carries the target
  std::vector<std::string> classes;  ///< classification: of report.class_weight
  std::size_t records = 0;           ///< read from the file
  std::size_t dropped_rows = 0;      ///< without a target, or by the policy of missing cells
  /// Its findings name rows by their record in the file, from 0.
  DoctorReport report;
  std::map<std::size_t, std::string> ids;  ///< with an id column: of the records that a finding names
  std::vector<std::string> notes;          ///< what else is worth reading, and what was not looked at
};

/// Reads a table as fit() would with these options, but all rows count: no part is set aside, and the first level of a
/// text column is the reference, as it is where there is no penalty. Of `fit` only target, table, task, missing,
/// max_levels, drop, keep, weights_column, polynomials and intercept are looked at. Throws UsageError, DataError,
/// FileError, Cancelled; std::invalid_argument for thresholds out of range. Cost: reading, and examine().
DoctorResult doctor(const std::string& path, const FitOptions& fit, const DoctorOptions& options = {},
                    Progress& progress = silent_progress());

}  // namespace plumbline
