#pragma once

#include <string>

#include "plumbline/cli/arguments.hpp"
#include "plumbline/pipeline/network_choice.hpp"

namespace plumbline {

/// --hidden and what goes with it.
void add_network_flags(CLI::App& command, NetworkChoice& choice);

/// Finds the files of the training's state: it is saved beside the model, and --resume takes either's name. Throws
/// UsageError.
void place_state(const std::string& output, NetworkChoice& choice);

}  // namespace plumbline
