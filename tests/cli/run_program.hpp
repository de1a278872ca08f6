#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "plumbline/cli/run.hpp"

namespace plumbline {

/// What a run of the program left behind.
struct Outcome {
  int code = 0;
  std::string out, err;
};

/// Runs the program in this process: `plumbline ARGUMENTS…`.
inline Outcome run_program(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers{"plumbline"};
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  std::ostringstream out, err;
  const int code = run(static_cast<int>(pointers.size()), pointers.data(), out, err);
  return {code, out.str(), err.str()};
}

}  // namespace plumbline
