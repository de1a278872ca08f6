#pragma once

#include <iosfwd>

namespace plumbline {

/// The whole program but for its signals: parses the arguments, runs the command, prints results on `out` and narration
/// and errors on `err`. Returns the exit code; throws nothing.
int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace plumbline
