#include "plumbline/cli/column_flags.hpp"

#include <algorithm>

#include "plumbline/cli/choices.hpp"
#include "plumbline/cli/table_flags.hpp"

namespace plumbline {
namespace {

constexpr std::uint64_t kMostLevels = std::uint64_t{1} << 53;

/// COL=D; the last = counts, for columns may have one in their name.
PolynomialChoice parse_polynomial(const std::string& text) {
  const std::size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0) throw UsageError(fmt::format("--poly must be COLUMN=DEGREE, got '{}'", text));
  return {text.substr(0, at), parse_count("--poly", text.substr(at + 1), 1, kHighestDegree)};
}

}  // namespace

void add_target_flags(FlagGroup& group, FitOptions& options) {
  group.columns({"--target", "COL[,COL…]", "columns to predict; several 0/1 columns: multilabel", ""}, options.target);
  group.choice({"--task", "", "what is predicted", "by the target"}, kTasks, options.task);
}

void add_intercept_and_weights_flags(FlagGroup& group, FitOptions& options) {
  group.toggle("--no-intercept", "no intercept; features are scaled, not centred",
               [&options] { options.intercept = false; });
  group.text({"--weights", "COL", "column of row weights, which are frequencies: 2 is the row twice", ""},
             options.weights_column);
}

void add_column_flags(CLI::App& command, FitOptions& options) {
  FlagGroup group(command, "columns");
  group.columns({"--drop", "COL,…", "columns to leave out", ""}, options.drop);
  group.columns({"--keep", "COL,…", "columns to take although they look like row numbers or free text", ""},
                options.keep);
  group
      .add({"--poly", "COL=D[,COL=D…]", "powers of a column: x=3 gives x, x^2, x^3; may be repeated", ""}, "",
           [&options](const std::string& text) {
             options.polynomials.clear();
             for (const std::string& item : parse_columns("--poly", text))
               options.polynomials.push_back(parse_polynomial(item));
           })
      ->join(',');
  group.choice({"--missing", "", "what becomes of a missing cell", ""}, kMissingPolicies, options.missing);
  group.count({"--max-levels", "N", "a text column with more levels is left out", ""}, 1, kMostLevels,
              options.max_levels);
}

void check_columns(const FitOptions& options) {
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : options.target) {
    refuse_if(in(options.drop, name), "the target '" + name + "' is also in --drop");
    refuse_if(name == options.table.id_column, "the target '" + name + "' is also --id");
    refuse_if(name == options.weights_column, "the target '" + name + "' is also --weights");
    refuse_if(name == options.inference.cluster_column, "the target '" + name + "' is also --cluster");
  }
  for (const std::string& name : options.keep) {
    refuse_if(in(options.drop, name), "'" + name + "' is in --keep and in --drop");
  }
  for (auto each = options.polynomials.begin(); each != options.polynomials.end(); ++each) {
    const auto same = [&](const PolynomialChoice& other) { return other.column == each->column; };
    refuse_if(std::any_of(options.polynomials.begin(), each, same), "--poly names column '" + each->column + "' twice");
    refuse_if(in(options.drop, each->column), "'" + each->column + "' is in --poly and in --drop");
    refuse_if(in(options.target, each->column), "the target '" + each->column + "' is also in --poly");
  }
  const bool single = options.task && *options.task != Task::multilabel;
  refuse_if(single && options.target.size() > 1, std::string("the task ") + (single ? name_of(*options.task) : "") +
                                                     " has one target, not " + std::to_string(options.target.size()));
}

void check_target(const std::string& data, const FitOptions& options) {
  const std::optional<Format> format = known_format(data, options.table);
  if (!format) return;
  const bool named = !options.target.empty();
  refuse_if((*format == Format::csv || *format == Format::tsv) && !named,
            "--target COL must name the column to predict");
  refuse_if((*format == Format::libsvm || *format == Format::idx) && named,
            std::string("--target says nothing about the format ") + name_of(*format) + ", which carries its target");
}

}  // namespace plumbline
