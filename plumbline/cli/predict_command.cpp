#include <memory>
#include <ostream>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/core/atomic_file.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/predict.hpp"
#include "plumbline/report/predictions_csv.hpp"
#include "plumbline/report/results_json.hpp"

namespace plumbline {
namespace {

struct PredictArguments {
  std::string model, data;
  TableOptions table;
  std::string output = "-";
  Voice voice;
};

void write_csv(const LinearModel& model, const Predictions& predictions, const PredictArguments& arguments,
               std::ostream& out, AtomicFile* file) {
  write_predictions(model, predictions, arguments.table.id_column, [&](std::string_view piece) {
    if (file != nullptr) {
      file->write(piece);
    } else {
      out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    }
  });
  if (file != nullptr) {
    file->finish();
  } else {
    put_result(out, "");
  }
}

ExitCode run_predict(const PredictArguments& arguments, const Streams& streams) {
  const bool to_file = arguments.output != "-";
  refuse_if(arguments.voice.json && !to_file, "--json needs -o FILE: standard output holds the predictions");
  refuse_overwriting({arguments.model, arguments.data}, {arguments.output});
  check_table_flags(arguments.data, arguments.table);
  const LinearModel model = load_model(arguments.model);
  std::optional<AtomicFile> file;
  if (to_file) file.emplace(arguments.output);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const Predictions predictions = predict(model, arguments.data, arguments.table, progress);
  progress.erase();
  put_notes(streams.err, arguments.voice, predictions.notes);
  write_csv(model, predictions, arguments, streams.out, file ? &*file : nullptr);
  if (arguments.voice.json) put_result(streams.out, predict_json(predictions, arguments.output));
  if (file) file->commit();  // last: a command that fails leaves no file
  return ExitCode::done;
}

}  // namespace

Command make_predict_command(CLI::App& program) {
  const auto arguments = std::make_shared<PredictArguments>();
  CLI::App* command = program.add_subcommand("predict", "Predicts every row of a table with a saved model, as CSV.");
  add_positional(*command, "MODEL", "model file that fit saved", arguments->model);
  add_positional(*command, "DATA", "table with the model's columns; - is standard input", arguments->data);
  add_table_flags(*command, arguments->table);
  FlagGroup(*command, "output")
      .text({"-o,--output", "OUT.csv", "write the predictions here; -: standard output", arguments->output},
            arguments->output);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_predict(*arguments, streams); }};
}

}  // namespace plumbline
