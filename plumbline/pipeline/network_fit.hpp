#pragma once

#include <cstdint>
#include <functional>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {

/// The rows that a network is trained on.
struct NetworkRows {
  RowSource* train = nullptr;
  RowSource* validation = nullptr;  ///< for early stopping; null: none
  std::uint64_t fingerprint = 0;    ///< of the table, so that a saved state is not taken up with another one
};

/// Called after each epoch (lbfgs, newton-cg: iteration) with the model as it then stands.
using NetworkTrace = std::function<void(const TracePoint&, const LinearModel&)>;

/// Fits a network (options.network.hidden) to rows that are encoded already: the counterpart of fit_rows. By
/// mini-batches (adam, sgd, momentum, nesterov: solvers/network_training.hpp), or with all rows at once (lbfgs,
/// newton-cg on a NetworkRisk, in double precision). Saves its state to options.network.state_path now and then, and
/// when it is cancelled. Ends `completed`, `iteration_limit`, or `non_finite` with the last good weights. Throws
/// UsageError, DataError, FileError (a state that cannot be written or resumed from), Cancelled.
LinearModel fit_network(const NetworkRows& rows, const RowsMeaning& meaning, const FitOptions& options,
                        Progress& progress = silent_progress(), const NetworkTrace& trace = {});

/// What can be told before the table is read: throws UsageError where an option and a network (or its absence) do not
/// go together.
void check_network(const FitOptions& options);

}  // namespace plumbline
