#pragma once

#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// What the rows of a source mean.
struct RowsMeaning {
  Task task = Task::regression;
  std::vector<std::string> classes;     ///< binary (2), multiclass (m): a target is an index into it
  std::vector<std::string> targets;     ///< multilabel: a name a label; else one name or none
  Encoder encoder;                      ///< its width must be the source's; empty: columns x0, x1, …
  std::vector<std::uint64_t> clusters;  ///< (n) of the rows' clusters, any numbers, for standard errors; empty: none
};

/// Fits a linear model to rows that are encoded already, all of which are training rows: the library user's way in, and
/// what fit() on a file comes down to. Uses of `options`: l2, standardize, intercept, solver, solver_options,
/// inference, table.threads. `test_loss` (may be empty) gives the trace its test column. Throws UsageError, DataError,
/// Cancelled, std::invalid_argument (rows that do not have the promised shape).
LinearModel fit_rows(RowSource& rows, const RowsMeaning& meaning, const FitOptions& options,
                     Progress& progress = silent_progress(),
                     const std::function<void(const TracePoint&, const LinearPredictor&)>& trace = {});

/// Throws UsageError for an l2 that is no penalty, or one beside Firth's.
void check_penalty(const FitOptions& options);

/// The l2 that a fit uses: what was asked for, else 0 for regression (and Firth's penalty) and 1/Σs for classification.
double l2_for(const FitOptions& options, Task task, double weight_sum);

/// m for a task with classes, the number of labels for multilabel, else 1.
std::size_t label_count(const RowsMeaning& meaning);

/// The loss that was asked for, or that belongs to the task. Throws UsageError if it does not serve the task.
LossSettings loss_for(const FitOptions& options, Task task);

/// The printed objective of a model with its constants, the penalty and what it acts on.
std::string objective_formula(const LinearModel& model);

}  // namespace plumbline
