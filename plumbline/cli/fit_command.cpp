#include <algorithm>
#include <memory>

#include "plumbline/cli/choices.hpp"
#include "plumbline/cli/column_flags.hpp"
#include "plumbline/cli/network_flags.hpp"
#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/cli/trust_flags.hpp"
#include "plumbline/core/atomic_file.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/report/results_json.hpp"
#include "plumbline/report/results_text.hpp"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostCount = std::uint64_t{1} << 53;
constexpr NumberRange kFraction{0, true, 1, false};
constexpr NumberRange kPositive{0, false};
constexpr NumberRange kNotNegative{};

struct FitArguments {
  std::string data;
  FitOptions options;
  std::optional<double> test_fraction;         ///< as given; --test-data makes the default 0
  std::optional<double> calibration_fraction;  ///< as given; jackknife+ makes the default 0
  std::string output;
  Voice voice;
};

void add_model_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "model");
  add_target_flags(group, options);
  group.add({"--l2", "L|auto",
             "penalty (L/2)·|W|² in the objective; auto: chosen by leave-one-out (squared) or cross-validation",
             "0 for regression, 1/n for classification"},
            "", [&options](const std::string& text) {
              options.choose_l2 = text == "auto";
              if (!options.choose_l2) options.l2 = parse_number("--l2", text, kNotNegative);
            });
  group.text({"--penalty-factors", "FILE", "CSV feature,factor: multiplies the penalty of a feature", "1 for all"},
             options.penalty_factors_path);
  group.on_off({"--standardize", "", "penalise the coefficients of standardised features", "on; off for IDX"},
               options.standardize);
  add_intercept_and_weights_flags(group, options);
}

void add_loss_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "loss");
  LossSettings& constants = options.loss_constants;
  group.choice({"--loss", "", "what is minimised", "by the task"}, kLosses, options.loss);
  group.choice({"--link", "", "of --loss logistic with two classes", "logit"}, kAskedLinks, options.link);
  group.number({"--quantile", "Q", "level of --loss quantile", ""}, {0, false, 1, false}, constants.quantile);
  group.number({"--huber-delta", "D", "where the parabola of --loss huber ends, in target units", ""}, kPositive,
               constants.huber_delta);
  group.number({"--focal-gamma", "G", "of --loss focal; 0 is cross-entropy", ""}, kNotNegative, constants.focal_gamma);
  group.choice({"--variance", "", "of --loss gaussian: one, or a linear model of its logarithm", ""}, kVariances,
               constants.variance);
  group.toggle("--firth", "Firth's bias-reducing penalty (binary logistic; l2 = 0): finite where classes separate",
               [&constants] { constants.firth = true; });
  group.number({"--label-smoothing", "E", "targets (1 − E)·onehot + E/m (logistic, softmax)", ""}, {0, true, 1, false},
               constants.label_smoothing);
  group.add({"--class-weights", "none|balanced|FILE", "weights of the classes; FILE: CSV class,weight", "none"}, "",
            [&options](const std::string& text) {
              if (text.empty()) throw UsageError("--class-weights must not be empty");
              options.class_weights = text == "none"       ? ClassWeighting::none
                                      : text == "balanced" ? ClassWeighting::balanced
                                                           : ClassWeighting::file;
              if (options.class_weights == ClassWeighting::file) options.class_weights_path = text;
            });
}

void add_inference_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "inference (of fits at l2 = 0; inspect prints it)");
  InferenceChoice& choice = options.inference;
  group.choice({"--robust", "", "standard errors that allow for unequal variances", "classical"}, kRobustKinds,
               choice.robust);
  group.text({"--cluster", "COL", "standard errors that allow for dependence between rows of one value", ""},
             choice.cluster_column);
  group.number({"--confidence", "L", "level of the confidence limits", ""}, {0, false, 1, false}, choice.level);
  group.choice({"--intervals", "", "limits by standard errors, or by profile likelihood (two classes)", ""},
               kIntervalKinds, choice.intervals);
}

void add_split_flags(CLI::App& command, FitArguments& arguments) {
  FitOptions& options = arguments.options;
  FlagGroup group(command, "split");
  group.text({"--test-data", "FILE", "test on this table", ""}, options.test_path);
  group.number({"--test", "F", "fraction of the rows kept for the test",
                default_text(options.test_fraction) + "; 0 with --test-data"},
               kFraction, arguments.test_fraction);
  group.number({"--calibration", "F", "fraction of the rows kept for calibration; 0: none",
                default_text(options.calibration_fraction) + "; 0 with --conformal jackknife+"},
               kFraction, arguments.calibration_fraction);
  group.on_off({"--stratify", "", "keep the shares of the classes in every part", ""}, options.stratify);
  group.text({"--save-split", "FILE.csv", "write which row went to which part", ""}, options.save_split_path);
  group.count({"--seed", "N", "fixes every draw", ""}, 0, std::numeric_limits<std::uint64_t>::max(), options.seed);
}

void add_trust_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "probabilities and decisions");
  add_calibrate_flag(group, options.trust);
  add_conformal_flags(group, options.trust);
  add_cost_flags(group, options.trust);
}

void add_solver_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "solver");
  group.choice({"--solver", "", "how the optimum is found", ""}, kSolvers, options.solver);
  SolverOptions& solver = options.solver_options;
  group.number({"--step-size", "S", "of gd, momentum, nesterov, sgd, adam: w ← w − S·gradient", "by the solver"},
               kPositive, solver.step_size);
  group.number(
      {"--momentum", "M", "share of the last step that is kept (momentum, nesterov, sgd, adam)", "by the solver"},
      {0, true, 1, false}, solver.momentum);
  group.choice({"--schedule", "", "of sgd, adam: how the step shrinks over the epochs", "by the solver"}, kSchedules,
               solver.schedule);
  group.count({"--batch-size", "R", "of sgd, adam: rows a step", "by the solver"}, 1, kMostCount, solver.batch_size);
  group.count({"--epochs", "N", "of sgd, adam: passes over the rows", "by the solver and the rows"}, 1, kMostCount,
              solver.epochs);
  group.count({"--max-iterations", "N", "stop after so many", "by the solver"}, 1, kMostCount, solver.max_iterations);
  group.number({"--tolerance", "T", "stop at this gradient norm (gd: step) instead of at the certificate", ""},
               kPositive, solver.tolerance);
  group.text({"--trace", "FILE.csv", "write the loss of every iteration", ""}, options.trace_path);
}

/// Everything that can be refused before a byte of data is read.
void check(FitArguments& arguments) {
  FitOptions& options = arguments.options;
  refuse_if(arguments.test_fraction.value_or(0) > 0 && !options.test_path.empty(),
            "--test and --test-data exclude each other");
  options.test_fraction = arguments.test_fraction.value_or(options.test_path.empty() ? options.test_fraction : 0);
  const bool jackknife = options.trust.conformal.method == ConformalMethod::jackknife_plus;
  options.calibration_fraction = arguments.calibration_fraction.value_or(jackknife ? 0 : options.calibration_fraction);
  refuse_if(options.test_fraction + options.calibration_fraction + options.network.validation_fraction >= 1,
            "--test, --calibration and --validation leave no row to train");
  refuse_if(arguments.data == "-" && options.test_path == "-", "DATA and --test-data cannot both be standard input");
  for (const std::string& path : {arguments.output, options.save_split_path, options.trace_path}) {
    refuse_if(path == "-", "standard output holds the results; give -o, --save-split and --trace a file");
  }
  place_state(arguments.output, options.network);
  refuse_overwriting({arguments.data, options.test_path, options.table.labels_path, options.trust.costs_path},
                     {arguments.output, options.save_split_path, options.trace_path, options.network.state_path});
  check_table_flags(arguments.data, options.table);
  check_target(arguments.data, options);
  check_columns(options);
}

ExitCode run_fit(FitArguments& arguments, const Streams& streams) {
  check(arguments);
  // Opened now: a path that cannot be written should not cost a fit.
  std::optional<AtomicFile> file;
  if (!arguments.output.empty()) file.emplace(arguments.output);
  arguments.options.posterior = file.has_value();
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const FitResult result = fit(arguments.data, arguments.options, progress);
  progress.erase();
  if (result.model.report.verdict == Verdict::cancelled) throw Cancelled();
  if (file) {
    file->write(to_json(result.model));
    file->finish();
  }
  const FitTextOptions text{arguments.data, arguments.output, !arguments.voice.quiet};
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out, arguments.voice.json ? fit_json(result) : fit_text(result, text));
  if (file) file->commit();  // last: a command that fails leaves no file
  return exit_code_of(result.model.report.verdict);
}

}  // namespace

Command make_fit_command(CLI::App& program) {
  const auto arguments = std::make_shared<FitArguments>();
  CLI::App* command =
      program.add_subcommand("fit", "Fits a model to a table, tests it on rows it has not seen, saves it.");
  add_positional(*command, "DATA", "table: csv, tsv, libsvm, npy or IDX, each also .gz; - is standard input",
                 arguments->data);
  add_model_flags(*command, arguments->options);
  add_loss_flags(*command, arguments->options);
  add_inference_flags(*command, arguments->options);
  add_column_flags(*command, arguments->options);
  add_split_flags(*command, *arguments);
  add_trust_flags(*command, arguments->options);
  add_network_flags(*command, arguments->options.network);
  add_solver_flags(*command, arguments->options);
  add_table_flags(*command, arguments->options.table);
  FlagGroup(*command, "output")
      .text({"-o,--output", "MODEL.json", "save the model here", "not saved"}, arguments->output);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_fit(*arguments, streams); }};
}

}  // namespace plumbline
