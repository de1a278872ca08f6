#pragma once

#include <string>

#include "plumbline/cli/arguments.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

// What the columns of a table are to a fit: the flags that every command shares which looks at a table as fit does.

/// --target and --task.
void add_target_flags(FlagGroup& group, FitOptions& options);

/// --no-intercept and --weights.
void add_intercept_and_weights_flags(FlagGroup& group, FitOptions& options);

/// --drop, --keep, --poly, --missing and --max-levels.
void add_column_flags(CLI::App& command, FitOptions& options);

/// Throws UsageError for columns that are given two roles.
void check_columns(const FitOptions& options);

/// Throws UsageError where the format of `data` needs a target, or carries it.
void check_target(const std::string& data, const FitOptions& options);

}  // namespace plumbline
