#include <array>
#include <memory>
#include <optional>

#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/cli/trust_flags.hpp"
#include "plumbline/pipeline/calibrate_outputs.hpp"
#include "plumbline/report/calibrate_outputs_report.hpp"

namespace plumbline {
namespace {

constexpr std::array kSetMethods{ConformalMethod::lac, ConformalMethod::aps, ConformalMethod::raps};
constexpr const char* kChoices = "auto|none|lac|aps|raps";
constexpr std::uint64_t kMostBins = 1'000'000, kMostResamples = 100'000;

struct CalibrateArguments {
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

void add_set_flags(FlagGroup& group, CalibrateOutputsOptions& options) {
  group.add({"--conformal", kChoices, "nonconformity of the prediction sets", ""}, "auto: lac",
            [&options](const std::string& text) {
              options.sets = text != "none";
              if (text == "auto" || text == "none") return;
              const std::optional<ConformalMethod> method = from_name(kSetMethods, text);
              if (!method) throw UsageError(fmt::format("--conformal must be {}, got '{}'", kChoices, text));
              options.conformal.method = *method;
            });
  group.number({"--miscoverage", "A", "share of rows whose set may miss the true class", ""}, {0, false, 1, false},
               options.conformal.miscoverage);
  group.toggle("--class-conditional", "a threshold for each class, by its rows alone",
               [&options] { options.conformal.class_conditional = true; });
  group.toggle("--randomized", "break ties by a draw a row", [&options] { options.conformal.randomized = true; });
  group.toggle("--allow-empty", "let sets be empty, instead of holding the most probable class",
               [&options] { options.conformal.allow_empty = true; });
}

void check(const CalibrateArguments& arguments) {
  refuse_if(arguments.probabilities.empty() && arguments.logits.empty(), "give --probabilities or --logits");
  refuse_if(!arguments.probabilities.empty() && !arguments.logits.empty(),
            "--probabilities and --logits exclude each other");
  refuse_if(arguments.outputs.table.labels_path.empty(), "--labels is missing: the file with the true classes");
  const std::string& path = arguments.outputs.path;
  refuse_if(path == "-" && arguments.outputs.table.labels_path == "-",
            "outputs and labels cannot both be standard input");
  // --labels says nothing of a CSV that carries its target; here it is always apart.
  TableOptions table = arguments.outputs.table;
  table.labels_path.clear();
  check_table_flags(path, table);
}

ExitCode run_calibrate(CalibrateArguments& arguments, const Streams& streams) {
  CalibrateOutputsOptions& options = arguments.outputs;
  options.kind = arguments.logits.empty() ? OutputKind::probabilities : OutputKind::logits;
  options.path = arguments.logits.empty() ? arguments.probabilities : arguments.logits;
  check(arguments);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const CalibrateOutputsResult result = calibrate_outputs(options, progress);
  progress.erase();
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out,
             arguments.voice.json ? calibrate_outputs_json(result, options) : calibrate_outputs_text(result, options));
  return ExitCode::done;
}

}  // namespace

Command make_calibrate_command(CLI::App& program) {
  const auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* command = program.add_subcommand(
      "calibrate", "What a classifier's probabilities are worth; repairs them, covers and decides.");
  add_output_flags(*command, *arguments);
  FlagGroup trust(*command, "trust");
  add_calibrate_flag(trust, arguments->outputs.trust);
  add_set_flags(trust, arguments->outputs);
  add_cost_flags(trust, arguments->outputs.trust);
  trust.count({"--seed", "N", "fixes every draw", ""}, 0, std::numeric_limits<std::uint64_t>::max(),
              arguments->outputs.measures.seed);
  add_measure_flags(*command, arguments->outputs.measures);
  add_table_flags(*command, arguments->outputs.table);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_calibrate(*arguments, streams); }};
}

}  // namespace plumbline
