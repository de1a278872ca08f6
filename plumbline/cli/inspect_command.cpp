#include <memory>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/report/results_json.hpp"
#include "plumbline/report/results_text.hpp"

namespace plumbline {
namespace {

struct InspectArguments {
  std::string model;
  Voice voice;
};

ExitCode run_inspect(const InspectArguments& arguments, const Streams& streams) {
  const LinearModel model = load_model(arguments.model);
  put_result(streams.out, arguments.voice.json ? inspect_json(model) : inspect_text(model));
  return ExitCode::done;
}

}  // namespace

Command make_inspect_command(CLI::App& program) {
  const auto arguments = std::make_shared<InspectArguments>();
  CLI::App* command = program.add_subcommand("inspect", "What a saved model holds: objective, coefficients, verdict.");
  add_positional(*command, "MODEL", "model file that fit saved", arguments->model);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_inspect(*arguments, streams); }};
}

}  // namespace plumbline
