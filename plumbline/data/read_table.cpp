#include "plumbline/data/read_table.hpp"

#include <fmt/format.h>

#include <memory>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv.hpp"
#include "plumbline/data/idx.hpp"
#include "plumbline/data/input.hpp"
#include "plumbline/data/labels.hpp"
#include "plumbline/data/libsvm.hpp"
#include "plumbline/data/npy.hpp"
#include "plumbline/data/text.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

bool ends_with(const std::string& text, std::string_view ending) {
  return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

Table read_idx(ByteInput& input, const ReadOptions& options) {
  std::optional<std::string> labels_path;
  if (!options.labels_path.empty()) {
    labels_path = options.labels_path;
  } else {
    labels_path = find_idx_labels(input.path());
  }
  if (!labels_path && options.need_labels) {
    throw UsageError(
        fmt::format("no file with labels beside '{}'; name it with --labels FILE", printable(input.path())));
  }
  Table table = read_idx_images(input, options);
  if (labels_path) table.labels = read_labels(*labels_path, table.rows, options);
  return table;
}

Table read_format(ByteInput& input, const ReadOptions& options) {
  switch (options.format.value()) {
    case Format::libsvm:
      return read_libsvm(input, options);
    case Format::idx:
      return read_idx(input, options);
    case Format::npy: {
      Table table = read_npy(input, options);
      if (!options.labels_path.empty()) table.labels = read_labels(options.labels_path, table.rows, options);
      return table;
    }
    case Format::csv:
    case Format::tsv:
      break;
  }
  return read_csv(input, options);
}

}  // namespace

std::vector<std::string> ReadOptions::default_missing_values() { return {"", "NA", "NaN", "?", "null"}; }

std::optional<Format> format_of(const std::string& path) {
  if (path == "-") return Format::csv;
  std::string name = lower_case(path);
  if (ends_with(name, ".gz")) name.resize(name.size() - 3);
  if (ends_with(name, ".csv")) return Format::csv;
  if (ends_with(name, ".tsv")) return Format::tsv;
  if (ends_with(name, ".svm") || ends_with(name, ".libsvm")) return Format::libsvm;
  if (ends_with(name, ".npy")) return Format::npy;
  if (ends_with(name, "-ubyte")) return Format::idx;
  return std::nullopt;
}

Table read_table(const std::string& path, const ReadOptions& options) {
  // The file is opened first: one that cannot be read is reported as that, whatever its name.
  const std::unique_ptr<ByteInput> input = open_input(path, options.progress);
  ReadOptions complete = options;
  if (!complete.format) complete.format = format_of(path);
  if (!complete.format) {
    throw UsageError(
        fmt::format("the ending of '{}' names no format; say --format csv|tsv|libsvm|npy|idx", printable(path)));
  }
  std::optional<ThreadLimit> limit;
  if (options.threads != 0) limit.emplace(options.threads);
  return read_format(*input, complete);
}

}  // namespace plumbline
