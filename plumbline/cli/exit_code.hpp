#pragma once

#include <exception>
#include <string>

#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// What the program returns (docs, "Exit codes"). The only place that knows the numbers.
enum class ExitCode {
  done = 0,
  internal_error = 1,
  usage = 2,
  bad_data = 3,
  bad_file = 4,
  doubtful_fit = 5,
  interrupted = 130
};

/// A fit is trusted if it is proved, ended as asked, or has the one answer of smallest norm.
ExitCode exit_code_of(Verdict verdict);

struct Failure {
  ExitCode code = ExitCode::internal_error;
  std::string message;  ///< one line
};

/// What an exception that ended a command means to the user.
Failure failure_of(const std::exception& error);

}  // namespace plumbline
