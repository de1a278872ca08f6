#include <memory>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/predict.hpp"
#include "plumbline/report/results_json.hpp"
#include "plumbline/report/results_text.hpp"

namespace plumbline {
namespace {

struct EvaluateArguments {
  std::string model, data;
  TableOptions table;
  Voice voice;
};

ExitCode run_evaluate(const EvaluateArguments& arguments, const Streams& streams) {
  check_table_flags(arguments.data, arguments.table);
  const LinearModel model = load_model(arguments.model);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const EvaluateResult result = evaluate(model, arguments.data, arguments.table, progress);
  progress.erase();
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out, arguments.voice.json ? evaluate_json(model, result) : evaluate_text(model, result));
  return ExitCode::done;
}

}  // namespace

Command make_evaluate_command(CLI::App& program) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* command = program.add_subcommand("evaluate", "Metrics of a saved model on a table with targets.");
  add_positional(*command, "MODEL", "model file that fit saved", arguments->model);
  add_positional(*command, "DATA", "table with the model's columns and its target; - is standard input",
                 arguments->data);
  add_table_flags(*command, arguments->table);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_evaluate(*arguments, streams); }};
}

}  // namespace plumbline
