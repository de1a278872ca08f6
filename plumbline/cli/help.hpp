#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace plumbline {

/// The help page of a command: usage, purpose, options by group. Our own, since CLI11's differs between versions.
std::string help_page(const CLI::App& command, const std::string& full_name);

}  // namespace plumbline
