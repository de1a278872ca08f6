#pragma once

#include <string>

#include "plumbline/cli/arguments.hpp"
#include "plumbline/cli/command.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// How DATA is read: --id, --format, --delimiter, --no-header, --missing-values, --labels, --threads, --block-rows.
void add_table_flags(CLI::App& command, TableOptions& options);

/// --json and -q.
void add_voice_flags(CLI::App& command, Voice& voice);

/// The format DATA will be read in, where name or flag says it.
std::optional<Format> known_format(const std::string& data, const TableOptions& options);

/// Throws UsageError for flags that say nothing in that format.
void check_table_flags(const std::string& data, const TableOptions& options);

}  // namespace plumbline
