#include <algorithm>
#include <limits>
#include <memory>

#include "plumbline/cli/column_flags.hpp"
#include "plumbline/cli/table_flags.hpp"
#include "plumbline/cli/terminal_progress.hpp"
#include "plumbline/pipeline/doctor.hpp"
#include "plumbline/report/doctor_results.hpp"

namespace plumbline {
namespace {

struct DoctorArguments {
  std::string data;
  FitOptions reading;
  DoctorOptions thresholds;
  Voice voice;
};

std::string flag_of(const DoctorThreshold& threshold) { return std::string("--") + threshold.name; }

void add_threshold_flags(CLI::App& command, DoctorOptions& options) {
  FlagGroup group(command, "thresholds: what is found at them or beyond");
  for (const DoctorThreshold& threshold : doctor_thresholds()) {
    group.number({flag_of(threshold), "X", fmt::format("{} [{}]", threshold.meaning, threshold.findings), ""},
                 {threshold.least, true, threshold.most, true}, options.*threshold.value);
  }
  FlagGroup what(command, "what is looked at");
  constexpr std::uint64_t kMost = 1'000'000;
  what.on_off({"--separation", "", "planes between the classes", ""}, options.look_for_separation);
  what.on_off({"--rows", "", "rows that repeat or stick out", ""}, options.look_at_rows);
  what.count({"--widest", "P", "more columns: no rank, condition indices, VIF, leverage and separation", ""}, 0, kMost,
             options.widest);
  what.count({"--rows-named", "N", "rows that a finding names", ""}, 0, kMost, options.rows_named);
}

ExitCode run_doctor(const DoctorArguments& arguments, const Streams& streams) {
  check_table_flags(arguments.data, arguments.reading.table);
  check_target(arguments.data, arguments.reading);
  check_columns(arguments.reading);
  TerminalProgress progress(streams.err, arguments.voice.quiet);
  const DoctorResult result = doctor(arguments.data, arguments.reading, arguments.thresholds, progress);
  progress.erase();
  put_notes(streams.err, arguments.voice, result.notes);
  put_result(streams.out,
             arguments.voice.json ? doctor_json(result, arguments.thresholds) : doctor_text(result, arguments.data));
  return ExitCode::done;
}

}  // namespace

Command make_doctor_command(CLI::App& program) {
  const auto arguments = std::make_shared<DoctorArguments>();
  CLI::App* command =
      program.add_subcommand("doctor", "Looks a table over before a fit: what would go wrong, and what to do.");
  add_positional(*command, "DATA", "table: csv, tsv, libsvm, npy or IDX, each also .gz; - is standard input",
                 arguments->data);
  FlagGroup model(*command, "model");
  add_target_flags(model, arguments->reading);
  add_intercept_and_weights_flags(model, arguments->reading);
  add_column_flags(*command, arguments->reading);
  add_threshold_flags(*command, arguments->thresholds);
  add_table_flags(*command, arguments->reading.table);
  add_voice_flags(*command, arguments->voice);
  return {command, [arguments](const Streams& streams) { return run_doctor(*arguments, streams); }};
}

}  // namespace plumbline
