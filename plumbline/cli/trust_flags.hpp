#pragma once

#include "plumbline/cli/arguments.hpp"
#include "plumbline/pipeline/trust_options.hpp"

namespace plumbline {

// Flags that `fit` and `calibrate` have in common. `options` must outlive the command.

/// --calibrate
void add_calibrate_flag(FlagGroup& group, TrustOptions& options);

/// --conformal, --miscoverage, --class-conditional, --randomized and --allow-empty
void add_conformal_flags(FlagGroup& group, TrustOptions& options);

/// --costs and --abstain
void add_cost_flags(FlagGroup& group, TrustOptions& options);

}  // namespace plumbline
