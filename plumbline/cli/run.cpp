#include "plumbline/cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "plumbline/cli/command.hpp"
#include "plumbline/cli/help.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/version.hpp"

namespace plumbline {
namespace {

void add_help_flags(CLI::App& app) {
  app.set_help_flag("-h,--help", "print this page")->group("help");
  app.set_version_flag("--version", fmt::format("plumbline {}", kVersion), "print the version")->group("help");
}

std::vector<Command> make_commands(CLI::App& program) {
  program.name("plumbline");
  program.formatter_fn(
      [](const CLI::App* app, const std::string& name, CLI::AppFormatMode) { return help_page(*app, name); });
  program.set_help_flag();  // so that each command gets its own, last in the list
  program.require_subcommand(1);
  std::vector<Command> commands{make_fit_command(program),      make_predict_command(program),
                                make_evaluate_command(program), make_calibrate_command(program),
                                make_doctor_command(program),   make_explain_command(program),
                                make_inspect_command(program)};
  add_help_flags(program);
  for (const Command& command : commands) add_help_flags(*command.app);
  return commands;
}

/// CLI11 only says that a command is required.
void refuse_unknown_command(const std::vector<Command>& commands, const std::string& first) {
  std::string names;
  for (const Command& command : commands) {
    if (command.app->get_name() == first) return;
    names += (names.empty() ? "" : ", ") + command.app->get_name();
  }
  if (first.empty()) throw UsageError(fmt::format("a command is missing; there are {}", names));
  if (first.front() != '-') throw UsageError(fmt::format("unknown command '{}'; there are {}", first, names));
}

ExitCode parse_and_run(int argc, const char* const* argv, const Streams& streams) {
  CLI::App program("Fits linear models to tables, and proves how good they are.");
  const std::vector<Command> commands = make_commands(program);
  try {
    refuse_unknown_command(commands, argc > 1 ? argv[1] : "");
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    put_result(streams.out, program.help());
    return ExitCode::done;
  } catch (const CLI::CallForVersion& version) {
    put_result(streams.out, version.what() + std::string("\n"));
    return ExitCode::done;
  }
  const auto chosen =
      std::find_if(commands.begin(), commands.end(), [](const Command& command) { return command.app->parsed(); });
  return chosen->run(streams);
}

}  // namespace

int run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  try {
    return static_cast<int>(parse_and_run(argc, argv, {out, err}));
  } catch (const std::exception& error) {
    const Failure failure = failure_of(error);
    err << "plumbline: " << failure.message << std::endl;
    return static_cast<int>(failure.code);
  }
}

}  // namespace plumbline
