#include "plumbline/pipeline/inference.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/cells.hpp"
#include "plumbline/data/encode.hpp"
#include "plumbline/inference/linear_inference.hpp"
#include "plumbline/inference/profile_likelihood.hpp"

namespace plumbline {

namespace {

CovarianceKind kind_of(const FittedRows& fitted, const InferenceChoice& choice) {
  return fitted.clusters->empty() ? choice.robust.value_or(CovarianceKind::classical) : CovarianceKind::cluster;
}

/// Why such a fit has no standard errors, in words that say what would have; empty: it has.
std::string refusal(const FittedRows& fitted, const FitOptions& options, const LinearModel& model) {
  const std::size_t width = model.predictor.features + (model.predictor.has_intercept ? 1 : 0);
  std::string of_loss = inference_refusal(*fitted.loss, width);
  if (!of_loss.empty()) return of_loss;
  if (model.l2 > 0) return "a penalty pulls coefficients towards 0: fit with --l2 0";
  if (model.loss.firth) return "Firth's penalty is in the estimates: fit with --l2 0, without --firth";
  if (options.class_weights != ClassWeighting::none) {
    return "class weights make rows count for more or less than they are: fit without --class-weights";
  }
  const Verdict verdict = model.report.verdict;
  if (verdict != Verdict::optimal && verdict != Verdict::rank_deficient) {
    return fmt::format("the fit is {}, and theory is of an optimum", name_of(verdict));
  }
  const CovarianceKind kind = kind_of(fitted, options.inference);
  if (outputs_of(*fitted.loss) > 1 && (kind == CovarianceKind::hc2 || kind == CovarianceKind::hc3)) {
    return fmt::format("{} is of models with one output: use --robust hc0 or hc1", name_of(kind));
  }
  return "";
}

std::vector<ModelInference::Table> without_estimates(const std::vector<CoefficientTable>& tables) {
  std::vector<ModelInference::Table> result;
  for (const CoefficientTable& table : tables) result.emplace_back(table.begin(), table.end());
  return result;
}

/// A coefficient is determined in all tables or in none: overflow leaves no number either.
void hide_overflow(ModelInference& inference) {
  std::vector<ModelInference::Table*> tables;
  for (ModelInference::Table& table : inference.tables) tables.push_back(&table);
  for (ModelInference::Table& table : inference.contrasts) tables.push_back(&table);
  for (std::size_t j = 0; j < tables[0]->size(); ++j) {
    Undetermined state = tables[0]->at(j).state;
    for (const ModelInference::Table* table : tables) {
      if (state == Undetermined::no && !std::isfinite(table->at(j).standard_error)) state = Undetermined::singular;
    }
    if (state == Undetermined::no) continue;
    for (ModelInference::Table* table : tables) {
      table->at(j).state = state;
      table->at(j).standard_error = std::numeric_limits<double>::quiet_NaN();
    }
  }
}

void take_profile_limits(const FittedLinear& fitted, Progress& progress, ModelInference& inference) {
  for (const ProfileInterval& interval : profile_intervals(fitted, {inference.level, {}}, progress)) {
    CoefficientPrecision& row = inference.tables[0][interval.coordinate];
    row.lower = interval.lower;
    row.upper = interval.upper;
  }
}

bool allows_profiles(const FitOptions& options, const LossSettings& loss, Task task) {
  return task == Task::binary && loss.kind == LossKind::logistic && !loss.firth && loss.label_smoothing == 0 &&
         options.class_weights == ClassWeighting::none;
}

}  // namespace

void check_inference(const InferenceChoice& choice) {
  const bool clustered = !choice.cluster_column.empty();
  if (choice.robust && clustered) {
    throw UsageError("--robust and --cluster exclude each other: errors by cluster are robust already");
  }
  if (choice.intervals == IntervalKind::profile && (choice.robust || clustered)) {
    throw UsageError("--intervals profile follows the likelihood alone: it does not go with --robust or --cluster");
  }
  if (!(choice.level > 0 && choice.level < 1)) throw UsageError("--confidence must be above 0 and below 1");
}

void check_inference(const FitOptions& options, const LossSettings& loss, Task task) {
  if (options.inference.intervals != IntervalKind::profile) return;
  if (!allows_profiles(options, loss, task)) {
    throw UsageError(
        "--intervals profile is for two classes by --loss logistic (link logit, probit or cloglog), without --firth, "
        "--label-smoothing and --class-weights");
  }
  if (options.choose_l2 || options.l2.value_or(1) > 0) throw UsageError("--intervals profile needs --l2 0");
}

void add_inference(const FittedRows& fitted, const FitOptions& options, Progress& progress, LinearModel& model) {
  model.inference_reason = refusal(fitted, options, model);
  if (!model.inference_reason.empty()) return;
  InferenceOptions settings;
  settings.covariance.kind = kind_of(fitted, options.inference);
  settings.covariance.clusters = *fitted.clusters;
  settings.level = options.inference.level;
  const FittedLinear start = fitted_linear(*fitted.rows, *fitted.loss, *fitted.fit, model.predictor.has_intercept);
  const LinearInference all =
      infer_linear(start, fitted.fit->risk, fitted.fit->report.null_objective, settings, progress);
  ModelInference inference;
  inference.covariance = settings.covariance.kind;
  inference.intervals = options.inference.intervals;
  inference.level = settings.level;
  inference.cluster_column = options.inference.cluster_column;
  inference.clusters = all.covariance.clusters;
  inference.degrees_of_freedom = all.covariance.degrees_of_freedom;
  inference.reason = all.covariance.reason;
  inference.tables = without_estimates(all.tables);
  inference.contrasts = without_estimates(all.contrasts);
  hide_overflow(inference);
  inference.summary = all.summary;
  if (inference.intervals == IntervalKind::profile) take_profile_limits(start, progress, inference);
  complete_tables(model.predictor, inference);
  model.inference = std::move(inference);
  adopt_residual_figures(model);
}

std::vector<std::uint64_t> extract_clusters(const Table& table, const std::string& column,
                                            const std::vector<std::size_t>& slots, std::size_t count) {
  const std::size_t at = table.find(column);
  if (at == Table::kNoColumn) throw DataError({table.path, 0, 0, column}, "the column is not in this table");
  std::vector<std::uint64_t> clusters(count);
  for_each_cell(table, at, [&](std::size_t row, double cell) {
    if (slots[row] == kNoSlot) return;
    if (std::isnan(cell)) {
      throw DataError({table.path, row + 1, table.line_of(row), column}, "the cluster of this row is missing");
    }
    if (slots[row] < count) clusters[slots[row]] = std::bit_cast<std::uint64_t>(cell + 0.0);  // −0 is 0
  });
  return clusters;
}

}  // namespace plumbline
