#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "plumbline/cli/exit_code.hpp"

namespace plumbline {

/// Where a command's results and its narration go.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

/// One command of the program: its flags are declared when it is made, `run` acts on what was parsed.
struct Command {
  CLI::App* app = nullptr;
  std::function<ExitCode(const Streams&)> run;
};

Command make_fit_command(CLI::App& program);
Command make_doctor_command(CLI::App& program);
Command make_predict_command(CLI::App& program);
Command make_evaluate_command(CLI::App& program);
Command make_calibrate_command(CLI::App& program);
Command make_explain_command(CLI::App& program);
Command make_inspect_command(CLI::App& program);

/// The settings of how a command talks.
struct Voice {
  bool json = false;
  bool quiet = false;
};

/// Writes a result on standard output at once. Throws FileError if nobody takes it.
void put_result(std::ostream& out, const std::string& text);

/// Writes the notes as one line "note: …" each, unless the voice is quiet. A stream that takes nothing is no error:
/// notes are no result.
void put_notes(std::ostream& err, const Voice& voice, const std::vector<std::string>& notes);

/// Throws UsageError with that sentence if `holds`.
void refuse_if(bool holds, const std::string& sentence);

/// Throws UsageError if an output would replace one of the inputs, or another output. Empty paths and "-" are left out.
void refuse_overwriting(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs);

}  // namespace plumbline
