#include "plumbline/pipeline/doctor.hpp"

#include <utility>

#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/training_data.hpp"

namespace plumbline {

namespace {

/// The same table for a fit that would train on every row, without a penalty.
FitOptions every_row(const FitOptions& fit) {
  FitOptions all;
  all.target = fit.target;
  all.table = fit.table;
  all.task = fit.task;
  all.missing = fit.missing;
  all.max_levels = fit.max_levels;
  all.drop = fit.drop;
  all.keep = fit.keep;
  all.weights_column = fit.weights_column;
  all.polynomials = fit.polynomials;
  all.intercept = fit.intercept;
  all.test_fraction = all.calibration_fraction = 0;
  all.l2 = 0;
  return all;
}

DoctorInput input_of(const TrainingData& training, bool intercept) {
  DoctorInput input;
  input.encoder = training.meaning.encoder;
  input.columns = training.columns;
  input.records = training.records;
  input.classes = training.meaning.classes;
  if (training.meaning.task == Task::multilabel) input.labels = training.meaning.targets;
  input.intercept = intercept;
  return input;
}

/// Rows of the source become records of the file.
void name_records(const TrainingData& training, DoctorResult& result) {
  for (Finding& finding : result.report.findings) {
    for (std::vector<std::size_t>* rows : {&finding.rows, &finding.originals}) {
      for (std::size_t& row : *rows) {
        row = training.data.record[row];
        if (!training.ids.empty()) result.ids[row] = training.ids[row];
      }
    }
  }
}

}  // namespace

DoctorResult doctor(const std::string& path, const FitOptions& fit, const DoctorOptions& options, Progress& progress) {
  options.validate();
  const FitOptions all = every_row(fit);
  check_roles(all);
  const ThreadLimit limit(all.table.threads);
  TrainingData training = prepare_training_data(path, all, progress);
  MemorySource rows = training.data.source(0, training.data.rows, all.table.block_rows);
  DoctorResult result;
  result.report = examine(rows, input_of(training, all.intercept), options, progress);
  name_records(training, result);
  result.task = training.meaning.task;
  result.targets = std::move(training.meaning.targets);
  result.classes = std::move(training.meaning.classes);
  result.records = training.records;
  result.dropped_rows = training.dropped_rows;
  result.notes = std::move(training.row_notes);
  for (const std::string& note : result.report.notes) result.notes.push_back(note);
  return result;
}

}  // namespace plumbline
