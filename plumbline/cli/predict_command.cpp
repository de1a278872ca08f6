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
  std::optional<PosteriorRequest> posterior;
  std::optional<std::uint64_t> seed;
  std::string train;
  Voice voice;
};

constexpr std::uint64_t kMostDraws = 1'000'000;

PosteriorRequest parse_posterior(const std::string& text) {
  PosteriorRequest request;
  request.exact = text == "exact";
  if (!request.exact) request.draws = parse_count("--posterior", text, 2, kMostDraws);
  return request;
}

/// What the flags of the posterior come to; nothing if it is not asked for.
std::optional<PosteriorRequest> posterior_request(const PredictArguments& arguments) {
  std::optional<PosteriorRequest> request = arguments.posterior;
  refuse_if(!request && arguments.seed, "--seed is of the draws of --posterior N");
  refuse_if(request && request->exact && arguments.seed, "--posterior exact draws nothing: --seed says nothing");
  refuse_if(arguments.train == "-" && arguments.data == "-", "DATA and --train cannot both be standard input");
  if (request) {
    request->seed = arguments.seed.value_or(0);
    request->train = arguments.train;
  }
  return request;
}

std::vector<std::string> spread_notes(const Predictions& predictions) {
  if (!predictions.spread) return {};
  const PredictedSpread& spread = *predictions.spread;
  if (!spread.request.exact) {
    return {
        fmt::format("posterior by {} draws (seed {}): Monte-Carlo standard error at most {:.2g} of a mean, {:.2g} "
                    "of an sd",
                    spread.request.draws, spread.request.seed, spread.largest_mean_error, spread.largest_sd_error)};
  }
  if (spread.largest_mean_error == 0) return {"posterior in closed form"};
  return {fmt::format("posterior in closed form: the probit-scaled mean is at most {:.2g} off the integral",
                      spread.largest_mean_error)};
}

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
  refuse_overwriting({arguments.model, arguments.data, arguments.train}, {arguments.output});
  const std::optional<PosteriorRequest> posterior = posterior_request(arguments);
  check_table_flags(arguments.data, arguments.table);
  const LinearModel model = load_model(arguments.model);
  const bool jackknife = model.conformal && model.conformal->options.method == ConformalMethod::jackknife_plus;
  refuse_if(!posterior && !jackknife && !arguments.train.empty(),
            "--train is where --posterior and jackknife+ find the training rows");
  std::optional<AtomicFile> file;
  if (to_file) file.emplace(arguments.output);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const PredictRequest request{posterior ? &*posterior : nullptr, jackknife ? arguments.train : ""};
  const Predictions predictions = predict(model, arguments.data, arguments.table, progress, request);
  progress.erase();
  put_notes(streams.err, arguments.voice, predictions.notes);
  put_notes(streams.err, arguments.voice, spread_notes(predictions));
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
  FlagGroup posterior(*command, "posterior");
  posterior.add(
      {"--posterior", "N|exact",
       "mean and sd over the models that the training rows leave possible: by N draws, or in closed form", ""},
      "", [arguments](const std::string& text) { arguments->posterior = parse_posterior(text); });
  posterior.count({"--seed", "S", "of the draws", "0"}, 0, std::numeric_limits<std::uint64_t>::max(), arguments->seed);
  posterior.text(
      {"--train", "FILE", "the table of the fit: for jackknife+, or where the model file holds no posterior", ""},
      arguments->train);
  FlagGroup(*command, "output")
      .text({"-o,--output", "OUT.csv", "write the predictions here; -: standard output", arguments->output},
            arguments->output);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_predict(*arguments, streams); }};
}

}  // namespace plumbline
