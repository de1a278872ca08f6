#include "plumbline/cli/table_flags.hpp"

#include "plumbline/cli/choices.hpp"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostThreads = 1024;
constexpr std::uint64_t kMostBlockRows = std::uint64_t{1} << 32;

std::string default_missing_list() {
  std::string text = "empty";
  for (const std::string& value : ReadOptions::default_missing_values()) text += value.empty() ? "" : ", " + value;
  return text;
}

bool delimited(Format format) { return format == Format::csv || format == Format::tsv; }

}  // namespace

void add_table_flags(CLI::App& command, TableOptions& options) {
  FlagGroup group(command, "reading");
  group.text({"--id", "COL", "column that names the rows in outputs; never a feature", ""}, options.id_column);
  group.choice({"--format", "", "format of DATA", "by its name; - is csv"}, kFormats, options.format);
  group.add({"--delimiter", "C", "character between cells, or 'tab'", "found by looking"}, "",
            [&options](const std::string& text) { options.delimiter = parse_delimiter("--delimiter", text); });
  group.toggle("--no-header", "the first line is data; columns are named c0, c1, …",
               [&options] { options.header = false; });
  group.add({"--missing-values", "A,B,…", "cells that mean missing, in any case of letters", default_missing_list()},
            "", [&options](const std::string& text) { options.missing_values = parse_list("--missing-values", text); });
  group.text(
      {"--labels", "FILE", "file with the targets of an IDX or npy file", "beside an IDX file, by the usual name"},
      options.labels_path);
  FlagGroup machine(command, "machine");
  machine.count({"--threads", "N", "threads to use; changes no result", options.threads == 0 ? "all cores" : ""}, 0,
                kMostThreads, options.threads);
  machine.count({"--block-rows", "N", "rows in one block; changes no result", options.block_rows == 0 ? "chosen" : ""},
                0, kMostBlockRows, options.block_rows);
}

void add_voice_flags(CLI::App& command, Voice& voice) {
  FlagGroup group(command, "output");
  group.toggle("--json", "print exactly one JSON object", [&voice] { voice.json = true; });
  group.toggle("-q,--quiet", "no notes and no progress", [&voice] { voice.quiet = true; });
}

std::optional<Format> known_format(const std::string& data, const TableOptions& options) {
  return options.format ? options.format : format_of(data);
}

void check_table_flags(const std::string& data, const TableOptions& options) {
  const std::optional<Format> format = known_format(data, options);
  if (!format) return;  // whoever opens the file says what is wrong with its name
  const bool text = delimited(*format);
  const std::string name = name_of(*format);
  refuse_if(!text && options.delimiter.has_value(), "--delimiter says nothing about the format " + name);
  refuse_if(*format == Format::tsv && options.delimiter.value_or('\t') != '\t', "the delimiter of tsv is a tab");
  refuse_if(!text && !options.header, "--no-header says nothing about the format " + name);
  refuse_if(!text && options.missing_values.has_value(), "--missing-values says nothing about the format " + name);
  refuse_if((text || *format == Format::libsvm) && !options.labels_path.empty(),
            "--labels says nothing about the format " + name);
}

}  // namespace plumbline
