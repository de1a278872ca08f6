#include "plumbline/pipeline/training_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/class_weights.hpp"
#include "plumbline/data/fingerprint.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/row_parts.hpp"
#include "plumbline/pipeline/table_reading.hpp"

namespace plumbline {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& difference) {
  throw DataError({path, 0, 0, ""},
                  "this is not the table that the model was fitted to: " + difference +
                      "; give that very table, read with the same flags (--missing-values, --delimiter, --no-header)");
}

/// Records that the fit used: with a target, and with every cell where it dropped rows.
std::vector<bool> used_records(const LinearModel& model, const ModelTable& read) {
  const std::size_t records = read.table.rows, width = read.target.size() / std::max<std::size_t>(records, 1);
  std::vector<bool> used(records, true);
  if (model.encoder.missing == MissingPolicy::drop && !read.table.sparse) {
    used = rows_missing_features(model.encoder, read.table);
    used.flip();
  }
  for (std::size_t i = 0; i < records; ++i) {
    const double* cells = read.target.data() + i * width;
    used[i] = used[i] && std::none_of(cells, cells + width, [](double cell) { return std::isnan(cell); });
  }
  return used;
}

void apply_class_weights(const LinearModel& model, TrainingRows& rows) {
  const std::vector<double>& multiplier = model.training.class_weights;
  if (multiplier.empty()) return;
  if (rows.data.row_weight.size() == 0) {
    rows.data.row_weight = Buffer<double>(rows.data.rows);
    std::fill_n(rows.data.row_weight.data(), rows.data.rows, 1.0);
  }
  multiply_by_class(multiplier, rows.data.target.data(), rows.rows, rows.data.row_weight.data());
}

RowBlock training_view(const TrainingRows& rows) { return rows.data.block(0, rows.rows); }

Coordinates coordinates_of(const LinearModel& model, const Moments& moments) {
  Coordinates at = standardized_coordinates(moments, model.predictor.has_intercept, model.standardized);
  for (std::size_t j = 0; j < model.penalty_factors.size(); ++j) at.penalty_factor[j] *= model.penalty_factors[j];
  return at;
}

}  // namespace

std::string TrainingRows::name(std::size_t row) const {
  const std::size_t record = data.record[row];
  return ids.empty() ? fmt::format("{}", record + 1) : ids[record];
}

TrainingRows find_training_rows(const LinearModel& model, const std::string& path, const TableOptions& options,
                                Progress& progress) {
  const ThreadLimit limit(options.threads);
  const TrainingRecord& record = model.training;
  ModelTable read = read_for_model(model, path, options, true, progress);
  if (read.table.rows != record.rows) {
    refuse(path, fmt::format("it has {}, the model's had {}", row_count(read.table.rows), record.rows));
  }
  const std::vector<bool> used = used_records(model, read);
  const bool stratify = record.stratify && !model.classes.empty();
  const RowParts parts = assign_parts(used, stratify ? &read.target : nullptr,
                                      {record.calibration_fraction, record.test_fraction, record.seed, {}});
  // The test rows of a fit with --test-data lie elsewhere.
  if (parts.train_rows != record.train_rows || parts.calibration_rows != record.calibration_rows) {
    refuse(path,
           fmt::format("its split has {} training rows, the model's had {}", parts.train_rows, record.train_rows));
  }
  TrainingRows result;
  result.rows = parts.train_rows;
  result.records = read.table.rows;
  result.ids = std::move(read.ids);
  result.notes = std::move(read.notes);
  const std::size_t width = read.target.size() / std::max<std::size_t>(read.table.rows, 1);
  EncodeCounts counts;
  result.data = encode(read.table, model.encoder, part_slots(used, parts.part),
                       parts.train_rows + parts.calibration_rows + parts.test_rows, counts);
  attach_target(read.target, width, read.row_weight, result.data);
  if (fingerprint(result.data) != record.fingerprint) refuse(path, "its cells, targets or weights differ");
  apply_class_weights(model, result);
  return result;
}

Loss loss_of(const LinearModel& model) {
  const double sigma = model.loss.kind == LossKind::gaussian ? model.residual_sd_ml : 1;
  return make_loss(model.loss, model.task, model.labels(), sigma);
}

LinearSolution solution_of(const LinearPredictor& predictor) {
  LinearSolution solution;
  solution.coefficients = predictor.coefficients;
  solution.center = predictor.center;
  solution.center_intercept = predictor.center_intercept;
  solution.coefficients_low = predictor.coefficients_low;
  solution.center_intercept_low = predictor.center_intercept_low;
  return solution;
}

TrainedFit::TrainedFit(const LinearModel& model, RowSource& rows, Moments moments, Progress& progress)
    : moments_(std::move(moments)),
      risk_(rows, coordinates_of(model, moments_), loss_of(model), model.l2, moments_.weight_sum),
      w_(solver_weights(risk_, solution_of(model.predictor))) {
  risk_.listen_to(progress);
}

TrainedFit::TrainedFit(const LinearModel& model, const TrainingRows& rows, std::size_t block_rows, Progress& progress)
    : source_(std::in_place, training_view(rows).x, training_view(rows).target, rows.data.target_width,
              training_view(rows).row_weight, block_rows),
      moments_(column_moments(*source_, progress)),
      risk_(*source_, coordinates_of(model, moments_), loss_of(model), model.l2, moments_.weight_sum),
      w_(solver_weights(risk_, solution_of(model.predictor))) {
  risk_.listen_to(progress);
  const double expected = model.training.weight_sum;
  // Summed in another order; class weights that an older version did not write down would change it by more.
  if (std::fabs(moments_.weight_sum - expected) > 1e-9 * expected) {
    throw DataError({},
                    "the training rows weigh something else than they did in the fit: if it had --class-weights, "
                    "the model file is too old to tell them; fit it again");
  }
}

std::string optimum_refusal(const LinearModel& model) {
  if (model.loss.firth) return "Firth's penalty is not a sum over rows and coefficients";
  const Verdict verdict = model.report.verdict;
  if (verdict == Verdict::optimal || verdict == Verdict::rank_deficient) return "";
  return fmt::format("the fit did not end at a proved optimum (verdict: {})", name_of(verdict));
}

}  // namespace plumbline
