#include <memory>
#include <ostream>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/core/atomic_file.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/explain.hpp"
#include "plumbline/report/explain_report.hpp"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostTop = 1'000'000;

struct ExplainArguments {
  std::string model, train, data;
  ExplainOptions options;
  std::string rows_path;
  Voice voice;
};

void check(const ExplainArguments& arguments) {
  refuse_if(arguments.options.row.empty(), "--row I must say which row of DATA is to be explained");
  refuse_if(arguments.train == "-" && arguments.data == "-", "TRAIN and DATA cannot both be standard input");
  refuse_if(arguments.rows_path == "-", "standard output holds the explanation; give --rows a file");
  refuse_overwriting({arguments.model, arguments.train, arguments.data}, {arguments.rows_path});
  check_table_flags(arguments.train, arguments.options.table);
  // A record's number can be checked before anything is read.
  if (!arguments.options.table.id_column.empty()) return;
  (void)parse_count("--row", arguments.options.row, 1, std::numeric_limits<std::uint32_t>::max());
  if (arguments.options.reference != "mean")
    (void)parse_count("--reference", arguments.options.reference, 1, std::numeric_limits<std::uint32_t>::max());
}

ExitCode run_explain(const ExplainArguments& arguments, const Streams& streams) {
  check(arguments);
  const LinearModel model = load_model(arguments.model);
  std::optional<AtomicFile> file;
  if (!arguments.rows_path.empty()) file.emplace(arguments.rows_path);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const Explanation explanation = explain(model, arguments.train, arguments.data, arguments.options, progress);
  progress.erase();
  if (file) {
    write_training_rows(model, explanation, arguments.options.table.id_column,
                        [&](std::string_view piece) { file->write(piece); });
    file->finish();
  }
  put_notes(streams.err, arguments.voice, explanation.notes);
  put_result(streams.out, arguments.voice.json ? explain_json(model, explanation)
                                               : explain_text(model, explanation, arguments.options.top));
  if (file) file->commit();  // last: a command that fails leaves no file
  return ExitCode::done;
}

}  // namespace

Command make_explain_command(CLI::App& program) {
  const auto arguments = std::make_shared<ExplainArguments>();
  CLI::App* command =
      program.add_subcommand("explain", "Why a model predicts what it does: columns, and training rows, behind it.");
  add_positional(*command, "MODEL", "model file that fit saved", arguments->model);
  add_positional(*command, "TRAIN", "the very table that the model was fitted to", arguments->train);
  add_positional(*command, "DATA", "table with the row to explain, TRAIN itself or another", arguments->data);
  FlagGroup group(*command, "explanation");
  group.text({"--row", "I", "the row of DATA to explain: its record from 1, with --id its id; must be given", ""},
             arguments->options.row);
  group.add({"--reference", "mean|R",
             "what contributions are measured from: the mean of the training rows, or a row "
             "of TRAIN",
             ""},
            arguments->options.reference, [arguments](const std::string& text) {
              refuse_if(text.empty(), "--reference must not be empty");
              arguments->options.reference = text;
            });
  group.count({"--top", "K", "lines in each table", ""}, 1, kMostTop, arguments->options.top);
  group.text({"--rows", "FILE.csv", "write the figures of every training row", ""}, arguments->rows_path);
  add_table_flags(*command, arguments->options.table);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_explain(*arguments, streams); }};
}

}  // namespace plumbline
