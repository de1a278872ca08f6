#include "plumbline/pipeline/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include "plumbline/core/atomic_file.hpp"
#include "plumbline/core/csv_cell.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/fit_rows.hpp"
#include "plumbline/pipeline/inference.hpp"
#include "plumbline/pipeline/network_fit.hpp"
#include "plumbline/pipeline/prediction_sets.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/pipeline/table_notes.hpp"
#include "plumbline/pipeline/table_reading.hpp"
#include "plumbline/pipeline/training_data.hpp"
#include "plumbline/solvers/solver_choice.hpp"

namespace plumbline {

namespace {

void check_fraction(double fraction, const char* flag) {
  if (!(fraction >= 0 && fraction < 1)) throw UsageError(fmt::format("{} must be at least 0 and below 1", flag));
}

/// The task, where it is known before the target is.
std::optional<Task> known_task(const FitOptions& options) {
  if (options.task) return options.task;
  if (options.target.size() > 1) return Task::multilabel;
  std::optional<Task> only;
  for (const Task task : kTasks) {
    if (!options.loss || !serves(*options.loss, task)) continue;
    if (only) return std::nullopt;
    only = task;
  }
  return only;
}

/// What can be told before the table is read.
void check_loss_and_solver(const FitOptions& options) {
  const std::optional<Task> task = known_task(options);
  if (!task) return;
  const LossSettings loss = loss_for(options, *task);
  check_inference(options, loss, *task);
  check_trust(options.trust, loss, *task, options.calibration_fraction > 0);
  check_conformal(options.trust, loss, *task, options.calibration_fraction > 0);
  if (options.network.is_network()) return;
  const std::size_t labels = std::max<std::size_t>(options.target.size(), 2);
  (void)choose_solver({make_loss(loss, *task, labels), 1, name_of(loss.kind)}, options.solver);
}

void check_options(const FitOptions& options) {
  check_fraction(options.test_fraction, "--test");
  check_fraction(options.calibration_fraction, "--calibration");
  check_penalty(options);
  check_fraction(options.network.validation_fraction, "--validation");
  check_network(options);
  check_inference(options.inference);
  check_miscoverage(options.trust.conformal);
  check_loss_and_solver(options);
  check_roles(options);
}

/// What reading a further table needs to know of the model that is about to be fitted.
LinearModel model_to_be(const TrainingData& training, const FitOptions& options) {
  LinearModel model;
  model.task = training.meaning.task;
  model.targets = training.meaning.targets;
  model.classes = training.meaning.classes;
  model.numeric_classes = training.labels.numeric();
  model.encoder = training.meaning.encoder;
  model.weights_column = options.weights_column;
  return model;
}

void read_test_data(const FitOptions& options, Progress& progress, TrainingData& training) {
  TableOptions table = options.table;
  table.id_column.clear();
  table.labels_path.clear();  // it names the labels of DATA; those of the test lie beside it
  const LinearModel model = model_to_be(training, options);
  ModelTable test = read_for_model(model, options.test_path, table, true, progress);
  const std::size_t width = test.target.size() / std::max<std::size_t>(test.table.rows, 1);
  std::vector<bool> keep(test.table.rows);
  for (std::size_t i = 0; i < keep.size(); ++i) {
    const double* cells = test.target.data() + i * width;
    keep[i] = std::none_of(cells, cells + width, [](double cell) { return std::isnan(cell); });
  }
  if (model.encoder.missing == MissingPolicy::drop && !test.table.sparse) {
    const std::vector<bool> missing = rows_missing_features(model.encoder, test.table);
    for (std::size_t i = 0; i < keep.size(); ++i) keep[i] = keep[i] && !missing[i];
  }
  std::size_t rows = 0;
  const std::vector<std::size_t> slots = slots_for(keep, rows);
  if (rows < keep.size())
    training.notes.push_back(fmt::format("{}: {} dropped: the target or a cell is missing", options.test_path,
                                         row_count(keep.size() - rows)));
  if (rows == 0) throw DataError({options.test_path, 0, 0, ""}, "no row can be tested on");
  EncodeCounts counts;
  training.test = encode(test.table, model.encoder, slots, rows, counts);
  training.test_rows = rows;
  attach_target(test.target, width, test.row_weight, training.test);
  for (const std::string& note : test.notes) training.notes.push_back(note);
  for (const std::string& note : sentences(counts)) training.notes.push_back(options.test_path + ": " + note);
}

/// `row,part` for every record: from 1, or as the id column names it.
void save_split(const TrainingData& training, AtomicFile& file) {
  file.write(training.ids.empty() ? "row,part\n" : "id,part\n");
  for (std::size_t i = 0; i < training.records; ++i) {
    const std::string row = training.ids.empty() ? fmt::format("{}", i + 1) : csv_cell(training.ids[i]);
    file.write(fmt::format("{},{}\n", row, training.used[i] ? name_of(training.part[i]) : "dropped"));
  }
  file.commit();
}

/// The test rows of a training set, wherever they are.
struct TestRows {
  const Dataset* data = nullptr;
  std::size_t begin = 0, count = 0;
};

TestRows test_rows_of(const TrainingData& training) {
  if (training.test.rows > 0) return {&training.test, 0, training.test.rows};
  return {&training.data, training.data.rows - training.test_rows, training.test_rows};
}

/// Writes a line of the trace for every iteration, the last one being that of the model: a solver's own last line may
/// lie one step, or the polishing after its last step, before that.
class TraceWriter final {
 public:
  TraceWriter(const FitOptions& options, const TrainingData& training)
      : file_(options.trace_path),
        training_(training),
        test_(test_rows_of(training)),
        loss_(
            make_loss(loss_for(options, training.meaning.task), training.meaning.task, label_count(training.meaning))) {
    file_.write("iteration,objective,train_loss,test_loss,gradient_norm,step\n");
  }
  /// eta of rows by the model as it stands at that point.
  using Predict = std::function<std::vector<double>(const Dataset& data, std::size_t begin, std::size_t count)>;

  void add(const TracePoint& point, const Predict& predict) {
    file_.write(held_);
    last_ = point;
    hold(predict);
  }
  void finish(const LinearModel& model) {
    if (last_.iteration != model.report.iterations) file_.write(held_);
    if (auto* gaussian = std::get_if<GaussianLoss>(&loss_)) gaussian->sigma = model.residual_sd_ml;
    last_.iteration = model.report.iterations;
    last_.objective = model.report.objective;
    const Predict predict = [&model](const Dataset& data, std::size_t begin, std::size_t count) {
      return predictors_of(model, data, begin, count);
    };
    last_.train_loss = loss_on(predict, training_.data, 0, training_.train_rows);
    last_.gradient_norm = model.report.gradient_norm;
    hold(predict);
    file_.write(held_);
    file_.commit();
  }

 private:
  double loss_on(const Predict& predict, const Dataset& data, std::size_t begin, std::size_t count) const {
    return mean_loss(loss_, predict(data, begin, count), data.block(begin, count));
  }
  void hold(const Predict& predict) {
    std::string test_loss, gradient_norm;
    if (test_.count > 0) test_loss = fmt::format("{}", loss_on(predict, *test_.data, test_.begin, test_.count));
    if (!std::isnan(last_.gradient_norm)) gradient_norm = fmt::format("{}", last_.gradient_norm);
    held_ = fmt::format("{},{},{},{},{},{}\n", last_.iteration, last_.objective, last_.train_loss, test_loss,
                        gradient_norm, last_.step);
  }

  AtomicFile file_;
  const TrainingData& training_;
  TestRows test_;
  Loss loss_;
  TracePoint last_;
  std::string held_;  ///< the line of last_, not written yet
};

void record_training(const TrainingData& training, const FitOptions& options, LinearModel& model) {
  model.numeric_classes = training.labels.numeric();
  model.weights_column = options.weights_column;
  TrainingRecord& record = model.training;
  record.seed = options.seed;
  record.rows = training.records;
  record.train_rows = training.train_rows;
  record.validation_rows = training.validation_rows;
  record.calibration_rows = training.calibration_rows;
  record.test_rows = training.test_rows;
  record.test_fraction = options.test_path.empty() ? options.test_fraction : 0;
  record.calibration_fraction = options.calibration_fraction;
  record.stratify = options.stratify;
  record.fingerprint = training.fingerprint;
}

/// By the calibration rows; what it came to is measured on the test rows.
void calibrate(const TrainingData& training, const FitOptions& options, FitResult& result) {
  const CalibrationRows rows{&training.data, training.train_rows + training.validation_rows, training.calibration_rows,
                             options.seed, options.stratify};
  Calibrated calibrated = calibrate_model(rows, options.trust, result.model);
  for (std::string& note : calibrated.notes) result.notes.push_back(std::move(note));
  for (std::string& note : set_conformal_rule(training.data, calibrated.held, options.trust.conformal, result.model)) {
    result.notes.push_back(std::move(note));
  }
  if (result.model.task == Task::regression) return;
  const TestRows test = test_rows_of(training);
  measure_calibration(result.model, pick_rows(result.model, *test.data, test.begin, test.count), calibrated.result);
  result.calibration = std::move(calibrated.result);
}

void test_model(const TrainingData& training, FitResult& result) {
  Evaluation on_train = evaluate_rows(result.model, training.data, 0, training.train_rows);
  const LinearModel baseline = baseline_of(result.model, training.data, training.train_rows);
  const TestRows test = test_rows_of(training);
  result.train = on_train.metrics;
  result.confusion = std::move(on_train.confusion);
  result.cost = on_train.cost;
  if (test.count == 0) {
    result.baseline = evaluate_rows(baseline, training.data, 0, training.train_rows).metrics;
    return;
  }
  Evaluation on_test = evaluate_rows(result.model, *test.data, test.begin, test.count);
  result.test = on_test.metrics;
  result.confusion = std::move(on_test.confusion);
  result.cost = on_test.cost;
  result.confusion_on_test = true;
  result.baseline = evaluate_rows(baseline, *test.data, test.begin, test.count).metrics;
}

/// Rows of training times rows of test that jackknife+ takes about two seconds for.
constexpr std::size_t kJackknifeWork = 200'000'000;

/// Coverage and size of the model's sets on the test rows.
void test_sets(const TrainingData& training, RowSource& rows, Progress& progress, FitResult& result) {
  TestRows test = test_rows_of(training);
  const std::optional<ConformalRule>& rule = result.model.conformal;
  if (!rule || test.count == 0) return;
  std::optional<JackknifeRows> jackknife;
  if (rule->options.method == ConformalMethod::jackknife_plus) {
    jackknife.emplace(result.model, rows, progress);
    const std::size_t most = std::max<std::size_t>(kJackknifeWork / training.train_rows, 1);
    if (most < test.count)
      result.notes.push_back(
          fmt::format("jackknife+ is measured on the first {} of {}: every row takes a look at every "
                      "training row",
                      most, row_count(test.count)));
    test.count = std::min(test.count, most);
  }
  result.sets = evaluate_sets(result.model, *test.data, test.begin, test.count, jackknife ? &*jackknife : nullptr);
}

/// Linear or a network, as the options say.
LinearModel fit_training_rows(const TrainingData& training, MemorySource& rows, const FitOptions& options,
                              TraceWriter* trace, Progress& progress) {
  if (options.network.is_network()) {
    NetworkTrace tell;
    if (trace != nullptr) {
      tell = [trace](const TracePoint& point, const LinearModel& model) {
        trace->add(point, [&](const Dataset& data, std::size_t begin, std::size_t count) {
          return predictors_of(model, data, begin, count);
        });
      };
    }
    MemorySource validation =
        training.data.source(training.train_rows, training.validation_rows, options.table.block_rows);
    return fit_network({&rows, training.validation_rows > 0 ? &validation : nullptr, training.fingerprint},
                       training.meaning, options, progress, tell);
  }
  if (trace == nullptr) return fit_rows(rows, training.meaning, options, progress);
  return fit_rows(rows, training.meaning, options, progress,
                  [trace](const TracePoint& point, const LinearPredictor& predictor) {
                    trace->add(point, [&](const Dataset& data, std::size_t begin, std::size_t count) {
                      return predictors_of(predictor, data, begin, count);
                    });
                  });
}

}  // namespace

void check_roles(const FitOptions& options) {
  std::vector<std::string> roles = options.target;
  roles.push_back(options.weights_column);
  roles.push_back(options.table.id_column);
  roles.push_back(options.inference.cluster_column);
  roles.insert(roles.end(), options.drop.begin(), options.drop.end());
  std::erase(roles, "");
  std::sort(roles.begin(), roles.end());
  const auto twice = std::adjacent_find(roles.begin(), roles.end());
  if (twice != roles.end()) throw UsageError(fmt::format("column '{}' is given two roles", *twice));
}

FitResult fit(const std::string& path, const FitOptions& options, Progress& progress) {
  check_options(options);
  const ThreadLimit limit(options.table.threads);
  std::unique_ptr<AtomicFile> split_file;  // opened first: a path that cannot be written is known before the work
  if (!options.save_split_path.empty()) split_file = std::make_unique<AtomicFile>(options.save_split_path);
  TrainingData training = prepare_training_data(path, options, progress);
  if (!options.test_path.empty()) read_test_data(options, progress, training);
  const Task task = training.meaning.task;
  check_trust(options.trust, loss_for(options, task), task, options.calibration_fraction > 0);
  check_conformal(options.trust, loss_for(options, task), task, options.calibration_fraction > 0);
  const std::optional<CostMatrix> costs = costs_for(options.trust, training.meaning.classes);

  std::unique_ptr<TraceWriter> trace;
  if (!options.trace_path.empty()) trace = std::make_unique<TraceWriter>(options, training);
  FitOptions fit_options = options;
  fit_options.standardize = options.standardize.value_or(training.standardize);
  MemorySource rows = training.data.source(0, training.train_rows, options.table.block_rows);
  FitResult result;
  result.model = fit_training_rows(training, rows, fit_options, trace.get(), progress);
  record_training(training, options, result.model);
  if (conformal_method(options.trust.conformal, result.model, training.calibration_rows > 0) == ConformalMethod::cqr)
    result.notes = fit_quantiles(
        [&](const FitOptions& pinball) { return fit_training_rows(training, rows, pinball, nullptr, progress); },
        fit_options, result.model);
  calibrate(training, options, result);
  if (result.model.has_probabilities()) {
    result.model.costs = costs;
  } else if (costs) {
    result.notes.emplace_back("no decisions by costs: there are no probabilities");
  }
  test_model(training, result);
  test_sets(training, rows, progress, result);
  // Last, so that a fit that fails leaves no file behind.
  if (trace) trace->finish(result.model);
  if (split_file) save_split(training, *split_file);
  result.left_out = std::move(training.left_out);
  result.dropped_rows = training.dropped_rows;
  result.notes.insert(result.notes.begin(), std::make_move_iterator(training.notes.begin()),
                      std::make_move_iterator(training.notes.end()));
  for (const std::string& note : table_notes(rows, training.meaning, result.model, options, progress)) {
    result.notes.push_back(note);
  }
  return result;
}

}  // namespace plumbline
