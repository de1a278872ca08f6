#include <limits>
#include <memory>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/cli/trust_flags.hpp"
#include "plumbline/core/atomic_file.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/pipeline/calibrate_outputs.hpp"
#include "plumbline/pipeline/recalibrate.hpp"
#include "plumbline/report/calibrate_outputs_report.hpp"
#include "plumbline/report/recalibrate_report.hpp"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostBins = 1'000'000, kMostResamples = 100'000;

struct CalibrateArguments {
  std::string model, data, output;
  std::string probabilities, logits;
  CalibrateOutputsOptions outputs;
  Voice voice;
};

void add_output_flags(CLI::App& command, CalibrateArguments& arguments) {
  FlagGroup group(command, "outputs of any classifier (with --labels): a row an example, a column a class");
  group.text({"--probabilities", "P", "npy or csv of probabilities", ""}, arguments.probabilities);
  group.text({"--logits", "L", "npy or csv of logits", ""}, arguments.logits);
  group.number({"--split", "F", "fit on this share of the rows, from the first on, and report on the others",
                "fit and report on all rows"},
               {0, false, 1, false}, arguments.outputs.split);
}

void add_measure_flags(CLI::App& command, MeasureOptions& options) {
  FlagGroup group(command, "measures");
  group.count({"--bins", "B", "of the calibration errors", ""}, 1, kMostBins, options.bins);
  group.count({"--resamples", "N", "of the bootstrap; 0: no intervals", ""}, 0, kMostResamples, options.resamples);
  group.number({"--confidence", "L", "level of the intervals", ""}, {0, false, 1, false}, options.level);
}

void check_outputs_form(const CalibrateArguments& arguments) {
  refuse_if(!arguments.data.empty() || !arguments.output.empty(),
            "--probabilities and --logits go with --labels alone: no MODEL, DATA and -o");
  refuse_if(!arguments.probabilities.empty() && !arguments.logits.empty(),
            "--probabilities and --logits exclude each other");
  const std::string& labels = arguments.outputs.table.labels_path;
  refuse_if(labels.empty(), "--labels is missing: the file with the true classes");
  refuse_if(arguments.outputs.path == "-" && labels == "-", "outputs and labels cannot both be standard input");
  // --labels says nothing of a CSV that carries its target; here it is always apart.
  TableOptions table = arguments.outputs.table;
  table.labels_path.clear();
  check_table_flags(arguments.outputs.path, table);
}

ExitCode run_outputs_form(CalibrateArguments& arguments, const Streams& streams) {
  CalibrateOutputsOptions& options = arguments.outputs;
  options.kind = arguments.logits.empty() ? OutputKind::probabilities : OutputKind::logits;
  options.path = arguments.logits.empty() ? arguments.probabilities : arguments.logits;
  check_outputs_form(arguments);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const CalibrateOutputsResult result = calibrate_outputs(options, progress);
  progress.erase();
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out,
             arguments.voice.json ? calibrate_outputs_json(result, options) : calibrate_outputs_text(result, options));
  return ExitCode::done;
}

ExitCode run_model_form(const CalibrateArguments& arguments, const Streams& streams) {
  const TableOptions& table = arguments.outputs.table;
  const TrustOptions& trust = arguments.outputs.trust;
  refuse_if(arguments.data.empty(), "give MODEL and DATA, or --probabilities or --logits with --labels");
  refuse_if(arguments.output.empty(), "-o is missing: where the calibrated model is to be saved");
  refuse_if(arguments.output == "-", "standard output holds the results; give -o a file");
  refuse_if(arguments.outputs.split.has_value(), "--split is for --probabilities and --logits");
  refuse_overwriting({arguments.data, table.labels_path, trust.costs_path}, {arguments.output});
  check_table_flags(arguments.data, table);
  const LinearModel model = load_model(arguments.model);
  AtomicFile file(arguments.output);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  RecalibrateOptions options;
  options.table = table;
  options.trust = trust;
  options.seed = arguments.outputs.measures.seed;
  const RecalibrateResult result = recalibrate(model, arguments.data, options, progress);
  progress.erase();
  file.write(to_json(result.model));
  file.finish();
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out, arguments.voice.json ? recalibrate_json(result, arguments.output)
                                               : recalibrate_text(result, arguments.output));
  file.commit();  // last: a command that fails leaves no file
  return ExitCode::done;
}

ExitCode run_calibrate(CalibrateArguments& arguments, const Streams& streams) {
  const bool outputs = !arguments.probabilities.empty() || !arguments.logits.empty();
  return outputs ? run_outputs_form(arguments, streams) : run_model_form(arguments, streams);
}

}  // namespace

Command make_calibrate_command(CLI::App& program) {
  const auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* command = program.add_subcommand(
      "calibrate", "What a classifier's probabilities are worth; repairs them, covers and decides.");
  command->add_option("MODEL", arguments->model, "model file that fit saved: calibrate it anew …");
  command->add_option("DATA", arguments->data, "… on this table with its target, which it was not trained on");
  FlagGroup(*command, "output")
      .text({"-o,--output", "MODEL2.json", "save the model that was calibrated anew here", ""}, arguments->output);
  add_output_flags(*command, *arguments);
  FlagGroup trust(*command, "trust");
  add_calibrate_flag(trust, arguments->outputs.trust);
  add_conformal_flags(trust, arguments->outputs.trust);
  add_cost_flags(trust, arguments->outputs.trust);
  trust.count({"--seed", "N", "fixes every draw", ""}, 0, std::numeric_limits<std::uint64_t>::max(),
              arguments->outputs.measures.seed);
  add_measure_flags(*command, arguments->outputs.measures);
  add_table_flags(*command, arguments->outputs.table);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_calibrate(*arguments, streams); }};
}

}  // namespace plumbline
