#include "plumbline/cli/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <new>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

ExitCode code_of(const std::exception& error) {
  if (dynamic_cast<const DataError*>(&error) != nullptr) return ExitCode::bad_data;
  if (dynamic_cast<const FileError*>(&error) != nullptr) return ExitCode::bad_file;
  if (dynamic_cast<const UsageError*>(&error) != nullptr) return ExitCode::usage;
  if (dynamic_cast<const CLI::ParseError*>(&error) != nullptr) return ExitCode::usage;
  if (dynamic_cast<const Cancelled*>(&error) != nullptr) return ExitCode::interrupted;
  return ExitCode::internal_error;
}

/// Names from the user's data may hold line feeds; a message may not.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

}  // namespace

ExitCode exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::optimal:
    case Verdict::completed:
    case Verdict::rank_deficient:
      return ExitCode::done;
    case Verdict::cancelled:
      return ExitCode::interrupted;
    default:
      return ExitCode::doubtful_fit;
  }
}

Failure failure_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return {ExitCode::internal_error, "out of memory: the data and what the fit needs besides do not fit"};
  }
  const ExitCode code = code_of(error);
  const std::string text = one_line(error.what());
  return {code, code == ExitCode::internal_error ? "internal error (please report it): " + text : text};
}

}  // namespace plumbline
