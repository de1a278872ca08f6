#include "plumbline/pipeline/training_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/features.hpp"
#include "plumbline/data/fingerprint.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/inference.hpp"
#include "plumbline/pipeline/row_parts.hpp"
#include "plumbline/pipeline/table_reading.hpp"

namespace plumbline {

namespace {

/// A numeric target with at most this many distinct integers, each with kRowsPerClass rows on average, is a class
/// number (cli.md).
constexpr std::size_t kMostIntegerClasses = 20;
constexpr double kRowsPerClass = 10;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ReadOptions reading(const std::string& path, const FitOptions& options, Progress& progress) {
  ReadOptions read = read_options(options.table);
  read.progress = &progress;
  read.max_levels = options.max_levels;
  read.use = [&options](const std::string& name) {
    if (contains(options.target, name) || contains(options.keep, name) || name == options.table.id_column ||
        name == options.inference.cluster_column)
      return ColumnUse::target;
    if (!options.weights_column.empty() && name == options.weights_column) return ColumnUse::numeric;
    return contains(options.drop, name) ? ColumnUse::skip : ColumnUse::automatic;
  };
  read.on_header = [&options, path](const std::vector<std::string>& names) {
    std::vector<std::string> needed = options.target;
    needed.insert(needed.end(), options.drop.begin(), options.drop.end());
    needed.insert(needed.end(), options.keep.begin(), options.keep.end());
    for (const PolynomialChoice& choice : options.polynomials) needed.push_back(choice.column);
    if (!options.weights_column.empty()) needed.push_back(options.weights_column);
    if (!options.table.id_column.empty()) needed.push_back(options.table.id_column);
    if (!options.inference.cluster_column.empty()) needed.push_back(options.inference.cluster_column);
    for (const std::string& column : needed) {
      if (!contains(names, column)) throw absent_column(path, column, names);
    }
  };
  return read;
}

/// The task that the target of the rows in use speaks for (cli.md).
Task task_by_target(const RawTarget& target, const std::vector<bool>& used) {
  std::set<double> values;  // up to one more than could be classes
  bool integers = true;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < target.cells.size(); ++i) {
    if (!used[i]) continue;
    ++rows;
    integers = integers && target.cells[i] == std::floor(target.cells[i]);
    if (values.size() <= kMostIntegerClasses) values.insert(target.cells[i]);
  }
  const bool few = values.size() <= kMostIntegerClasses &&
                   static_cast<double>(rows) >= kRowsPerClass * static_cast<double>(values.size());
  if (!target.text && !(integers && few)) return Task::regression;
  return values.size() <= 2 ? Task::binary : Task::multiclass;
}

/// A loss that serves regression only makes classes numbers.
Task task_by_loss(const std::optional<LossKind>& loss, const RawTarget& target, Task by_target) {
  if (!loss || target.text || serves(*loss, by_target)) return by_target;
  const bool numbers_only = std::all_of(kTasks.begin(), kTasks.end(),
                                        [&](Task task) { return serves(*loss, task) == (task == Task::regression); });
  return numbers_only ? Task::regression : by_target;
}

class Preparation final {
 public:
  Preparation(const std::string& path, const FitOptions& options, Progress& progress)
      : options_(options), table_(read_table(path, reading(path, options, progress))) {
    check_targets();
  }

  TrainingData run() {
    out_.records = table_.rows;
    out_.standardize = !table_.images;
    out_.ids = extract_ids(table_, options_.table.id_column);
    if (!options_.weights_column.empty()) weights_ = extract_weights(table_, options_.weights_column);
    read_target();
    const FeatureChoice features = choose();
    out_.columns = column_facts(table_, features);
    drop_rows(features);
    out_.row_notes.assign(out_.notes.begin() + static_cast<std::ptrdiff_t>(out_.left_out.size()), out_.notes.end());
    understand_target();
    raw_ = {};  // its cells are in target_ now
    table_.labels.reset();
    split();
    encode_parts(features);
    return std::move(out_);
  }

 private:
  void check_targets() {
    const bool apart = table_.labels.has_value();
    if (apart && !options_.target.empty()) {
      throw UsageError("--target does not go with data that carry their target (LIBSVM, IDX, or --labels)");
    }
    if (!apart && options_.target.empty()) throw UsageError("--target COL is needed: which column is to be predicted?");
    if (options_.target.size() > 1 && options_.task.value_or(Task::multilabel) != Task::multilabel) {
      throw UsageError("several --target columns make a multilabel task");
    }
    const bool names_columns = !options_.drop.empty() || !options_.keep.empty() || !options_.weights_column.empty() ||
                               !options_.table.id_column.empty() || !cluster_column().empty();
    if (table_.sparse && names_columns) {
      throw UsageError("--drop, --keep, --weights, --cluster and --id name columns, and LIBSVM data have none");
    }
  }

  const std::string& cluster_column() const { return options_.inference.cluster_column; }

  bool multilabel() const {
    return options_.target.size() > 1 ||
           (options_.task && *options_.task == Task::multilabel && !options_.target.empty());
  }

  void read_target() {
    if (multilabel()) {
      target_ = extract_labels(table_, options_.target);
    } else {
      raw_ = extract_target(table_, options_.target.empty() ? "" : options_.target[0]);
      if (raw_.name.empty() && !options_.target.empty()) raw_.name = options_.target[0];
    }
  }

  FeatureChoice choose() {
    std::vector<std::string> excluded = options_.target;
    if (!options_.weights_column.empty()) excluded.push_back(options_.weights_column);
    if (!options_.table.id_column.empty()) excluded.push_back(options_.table.id_column);
    if (!cluster_column().empty()) excluded.push_back(cluster_column());
    FeatureChoice features = choose_features(table_, excluded, options_.keep, options_.max_levels);
    for (const LeftOutColumn& column : features.left_out) {
      out_.left_out.push_back({column.column, column.why});
      out_.notes.push_back(fmt::format("column '{}' left out: {}", column.column, column.why));
    }
    for (std::string& sentence : suspicious_columns(table_, features)) out_.notes.push_back(std::move(sentence));
    return features;
  }

  void drop_rows(const FeatureChoice& features) {
    out_.used.assign(table_.rows, true);
    const std::vector<double>& cells = multilabel() ? target_ : raw_.cells;
    const std::size_t width = multilabel() ? options_.target.size() : 1;
    std::size_t without_target = 0;
    for (std::size_t i = 0; i < table_.rows; ++i) {
      const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(i * width);
      if (std::any_of(begin, begin + static_cast<std::ptrdiff_t>(width), [](double c) { return std::isnan(c); })) {
        out_.used[i] = false;
        ++without_target;
      }
    }
    if (without_target > 0) out_.notes.push_back(row_count(without_target) + " dropped: the target is missing");
    if (options_.missing == MissingPolicy::drop && !table_.sparse) drop_missing(features);
    out_.dropped_rows = static_cast<std::size_t>(std::count(out_.used.begin(), out_.used.end(), false));
    if (out_.dropped_rows == table_.rows) {
      throw DataError({table_.path, 0, 0, target_name()}, without_target == table_.rows
                                                              ? "the target is missing in every row"
                                                              : "every row has a missing cell");
    }
  }

  void drop_missing(const FeatureChoice& features) {
    const std::vector<bool> missing = rows_with_missing(table_, features.columns);
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < table_.rows; ++i) {
      dropped += missing[i] && out_.used[i] ? 1 : 0;
      out_.used[i] = out_.used[i] && !missing[i];
    }
    if (dropped > 0) out_.notes.push_back(row_count(dropped) + " dropped: a cell is missing");
  }

  std::string target_name() const { return options_.target.empty() ? std::string() : options_.target[0]; }

  void understand_target() {
    RowsMeaning& meaning = out_.meaning;
    meaning.targets = options_.target;
    if (multilabel()) {
      meaning.task = Task::multilabel;
      refuse_constant_labels();
      return;
    }
    meaning.task = options_.task.value_or(task_by_loss(options_.loss, raw_, task_by_target(raw_, out_.used)));
    if (meaning.task == Task::multilabel) throw UsageError("--task multilabel needs --target columns of 0 and 1");
    if (meaning.task == Task::regression) {
      target_ = extract_numbers(table_, raw_);
      refuse_constant_target();
      return;
    }
    out_.labels = ClassLabels::of(raw_, out_.used);
    meaning.classes = out_.labels.labels();
    if (meaning.classes.size() < 2) {
      throw DataError(
          {table_.path, 0, 0, target_name()},
          fmt::format("the target is '{}' in every row: there is nothing to tell apart", meaning.classes.front()));
    }
    refuse_names_as_classes();
    if (meaning.task == Task::binary && meaning.classes.size() > 2) {
      throw DataError({table_.path, 0, 0, target_name()},
                      fmt::format("--task binary needs two classes, and the target has {}", meaning.classes.size()));
    }
    std::size_t dotted = 0;
    target_ = out_.labels.index(raw_, table_, dotted);
  }

  void refuse_constant_labels() const {
    const std::size_t labels = options_.target.size();
    for (std::size_t l = 0; l < labels; ++l) {
      std::size_t ones = 0, rows = 0;
      for (std::size_t i = 0; i < table_.rows; ++i) {
        if (!out_.used[i]) continue;
        ++rows;
        ones += target_[i * labels + l] == 1 ? 1 : 0;
      }
      if (ones != 0 && ones != rows) continue;
      throw DataError({table_.path, 0, 0, options_.target[l]},
                      fmt::format("the label is {} in every row: there is nothing to tell apart", ones == 0 ? 0 : 1));
    }
  }

  /// A column of names or free text would make a class of almost every row, and a fit that never ends.
  void refuse_names_as_classes() const {
    const std::size_t rows = static_cast<std::size_t>(std::count(out_.used.begin(), out_.used.end(), true));
    const std::size_t classes = out_.meaning.classes.size();
    if (options_.task || classes <= options_.max_levels || rows >= 2 * classes) return;
    throw DataError(
        {table_.path, 0, 0, target_name()},
        fmt::format("{} different texts in {} rows are names or free text rather than classes (--task multiclass "
                    "takes them all the same)",
                    classes, rows));
  }

  void refuse_constant_target() {
    double first = std::nan("");
    for (std::size_t i = 0; i < target_.size(); ++i) {
      if (!out_.used[i]) continue;
      if (std::isnan(first)) first = target_[i];
      if (target_[i] != first) return;
    }
    throw DataError({table_.path, 0, 0, target_name()},
                    fmt::format("the target is {} in every row: there is nothing to explain", first));
  }

  void split() {
    const double test = options_.test_path.empty() ? options_.test_fraction : 0;
    const double validation = options_.network.validation_fraction;
    if (options_.calibration_fraction + test + validation >= 1)
      throw UsageError(
          fmt::format("--test{} and --calibration leave no rows to train on", validation > 0 ? ", --validation" : ""));
    const bool stratify = options_.stratify && !out_.meaning.classes.empty();
    const RowParts parts = assign_parts(out_.used, stratify ? &target_ : nullptr,
                                        {options_.calibration_fraction, test, options_.seed, {}, validation});
    out_.part = parts.part;
    out_.train_rows = parts.train_rows;
    out_.validation_rows = parts.validation_rows;
    out_.calibration_rows = parts.calibration_rows;
    out_.test_rows = parts.test_rows;
    if (!(train_weight() > 0)) {
      throw DataError({table_.path, 0, 0, options_.weights_column}, "the row weights of the training rows sum to 0");
    }
    require_every_class();
    require_varied_target();
    if (validation > 0 && out_.validation_rows == 0)
      throw DataError({table_.path, 0, 0, ""}, "too few rows to keep one for --validation");
    if (test > 0 && out_.test_rows == 0) out_.notes.push_back("too few rows to keep one for the test");
  }

  bool counts_in_training(std::size_t row) const {
    return out_.used[row] && out_.part[row] == Part::train && (weights_.empty() || weights_[row] > 0);
  }

  /// A number may vary, and yet not among the training rows where they are few.
  void require_varied_target() const {
    if (out_.meaning.task != Task::regression) return;
    double first = std::nan("");
    for (std::size_t i = 0; i < table_.rows; ++i) {
      if (!counts_in_training(i)) continue;
      if (std::isnan(first)) first = target_[i];
      if (target_[i] != first) return;
    }
    if (std::isnan(first)) return;  // no row of weight: said where weights are summed
    throw DataError(
        {table_.path, 0, 0, target_name()},
        fmt::format("the target is the same in all {} training rows; --test 0 --calibration 0 trains on all {} rows",
                    out_.train_rows, table_.rows - out_.dropped_rows));
  }

  void require_every_class() const {
    std::vector<bool> seen(out_.meaning.classes.size());
    for (std::size_t i = 0; i < table_.rows && !seen.empty(); ++i) {
      if (counts_in_training(i)) seen[static_cast<std::size_t>(target_[i])] = true;
    }
    const auto absent = std::find(seen.begin(), seen.end(), false);
    if (absent == seen.end()) return;
    throw DataError(
        {table_.path, 0, 0, target_name()},
        fmt::format(
            "class '{}' has no row in the training part; use --stratify on or a smaller --test and --calibration",
            out_.meaning.classes[static_cast<std::size_t>(absent - seen.begin())]));
  }

  double train_weight() const {
    double sum = 0;
    for (std::size_t i = 0; i < table_.rows; ++i) {
      if (out_.used[i] && out_.part[i] == Part::train) sum += weights_.empty() ? 1 : weights_[i];
    }
    return sum;
  }

  void encode_parts(const FeatureChoice& features) {
    EncoderOptions learning;
    learning.missing = options_.missing;
    learning.row_weight = weights_.empty() ? nullptr : weights_.data();
    learning.reference_levels = !options_.choose_l2 && !options_.network.is_network() &&
                                l2_for(options_, out_.meaning.task, train_weight()) == 0;
    learning.polynomials = options_.polynomials;
    if (table_.sparse && !options_.polynomials.empty())
      throw UsageError("--poly needs columns with names, which sparse rows do not have");
    learning.intercept = options_.intercept;
    learning.train.resize(table_.rows);
    for (std::size_t i = 0; i < table_.rows; ++i) learning.train[i] = out_.used[i] && out_.part[i] == Part::train;
    out_.meaning.encoder = learn_encoder(table_, features, learning);
    describe_references();
    refuse_equal_names();
    if (out_.meaning.encoder.width() == 0) throw DataError({table_.path, 0, 0, ""}, "no column is left to learn from");
    if (!cluster_column().empty())
      out_.meaning.clusters =
          extract_clusters(table_, cluster_column(), part_slots(out_.used, out_.part), out_.train_rows);
    EncodeCounts counts;
    out_.data =
        encode(table_, out_.meaning.encoder, part_slots(out_.used, out_.part), table_.rows - out_.dropped_rows, counts);
    for (std::string& note : sentences(counts)) out_.notes.push_back(std::move(note));
    attach_target(target_, multilabel() ? options_.target.size() : 1, weights_, out_.data);
    out_.fingerprint = fingerprint(out_.data);
  }

  void describe_references() {
    std::string columns;
    for (const ColumnEncoding& column : out_.meaning.encoder.columns) {
      if (column.reference)
        columns += fmt::format("{}{}={}", columns.empty() ? "" : ", ", column.name, column.levels.front());
    }
    if (!columns.empty()) out_.notes.push_back("reference levels (their effect is in the intercept): " + columns);
  }

  /// A column "a=b" beside a level b of column a would make two features of one name.
  void refuse_equal_names() const {
    if (table_.sparse) return;
    std::vector<std::string> names = out_.meaning.encoder.feature_names();
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return;
    throw DataError({table_.path, 0, 0, *twice},
                    "two features would have this name; rename a column, or leave one out with --drop");
  }

  const FitOptions& options_;
  Table table_;
  RawTarget raw_;
  std::vector<double> target_;   ///< (records, width): class index, number or 0/1; NaN where missing
  std::vector<double> weights_;  ///< (records) or empty
  TrainingData out_;
};

}  // namespace

TrainingData prepare_training_data(const std::string& path, const FitOptions& options, Progress& progress) {
  const ThreadLimit limit(options.table.threads);
  return Preparation(path, options, progress).run();
}

}  // namespace plumbline
