#include "plumbline/pipeline/fit_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/penalty_factors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/fit_start.hpp"
#include "plumbline/pipeline/inference.hpp"
#include "plumbline/pipeline/model_posterior.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/solvers/l2_path.hpp"

namespace plumbline {

namespace {

std::vector<std::string> output_labels(const RowsMeaning& meaning, std::size_t outputs) {
  if (meaning.task == Task::binary && outputs == 1) return {meaning.classes[1]};
  if (meaning.task == Task::binary) return meaning.classes;
  if (meaning.task == Task::multiclass) return meaning.classes;
  return meaning.targets;
}

LinearPredictor predictor_of(LinearSolution solution, std::size_t features, std::size_t outputs, bool intercept) {
  LinearPredictor predictor;
  predictor.features = features;
  predictor.outputs = outputs;
  predictor.coefficients = std::move(solution.coefficients);
  predictor.center = std::move(solution.center);
  predictor.center_intercept = std::move(solution.center_intercept);
  predictor.coefficients_low = std::move(solution.coefficients_low);
  predictor.center_intercept_low = std::move(solution.center_intercept_low);
  predictor.has_intercept = intercept;
  return predictor;
}

/// Σ s (y − η)² and Σ s (y − centre)² over the training rows, centre the weighted mean of y or 0 without an intercept.
struct SquareSums {
  double residual = 0, total = 0;
};

SquareSums square_sums(RowSource& rows, const LinearPredictor& predictor) {
  double weight = 0, mean = 0, square = 0;
  SquareSums sums;
  std::vector<double> eta;
  rows.rewind();
  for (RowBlock block; rows.next(block);) {
    eta.resize(block.rows * predictor.outputs);
    linear_predictors(predictor, block, eta.data());
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i], y = block.target[i];
      if (s == 0) continue;
      const double residual = y - eta[i * predictor.outputs];  // of two, the first is the mean
      sums.residual += s * residual * residual;
      weight += s;
      const double from_mean = y - mean;  // Welford 1962, with weights
      mean += s / weight * from_mean;
      square += s * from_mean * (y - mean);
    }
  }
  sums.total = predictor.has_intercept ? square : square + weight * mean * mean;
  return sums;
}

/// What the squared loss has minimised already, from ½·RSS/Σs of the fit and of the model without features, whose sum
/// of squares is the total one; for other losses one look at the rows.
SquareSums square_sums(RowSource& rows, const LinearFit& fitted, const LinearModel& model) {
  if (model.loss.kind != LossKind::squared) return square_sums(rows, model.predictor);
  const double twice = 2 * fitted.moments.weight_sum;
  return {twice * fitted.risk, twice * model.report.null_objective};
}

/// Residual standard deviations and R² on the training rows (E.4.9).
void describe_residuals(RowSource& rows, const LinearFit& fitted, LinearModel& model) {
  const Moments& moments = fitted.moments;
  std::size_t parameters = model.predictor.has_intercept ? 1 : 0;
  for (std::size_t j = 0; j < moments.sd.size(); ++j) {
    const bool empty = moments.is_constant(j) && (model.predictor.has_intercept || moments.mean[j] == 0);
    parameters += empty ? 0 : 1;
  }
  parameters -= std::min(parameters, model.report.collinear.size());
  const SquareSums sums = square_sums(rows, fitted, model);
  const double degrees = moments.weight_sum - static_cast<double>(parameters);
  model.residual_sd = degrees > 0 ? std::sqrt(sums.residual / degrees) : std::numeric_limits<double>::quiet_NaN();
  model.residual_sd_ml = std::sqrt(sums.residual / moments.weight_sum);
  model.r2 = sums.total > 0 ? 1 - sums.residual / sums.total : std::numeric_limits<double>::quiet_NaN();
}

LinearFitOptions solver_settings(const LinearModel& model, const FitOptions& options, const RowsMeaning& meaning) {
  LinearFitOptions settings;
  settings.solver = options.solver;
  settings.solver_options = options.solver_options;
  settings.l2 = model.l2;
  settings.standardize = model.standardized;
  settings.intercept = options.intercept;
  settings.penalty_factors = model.penalty_factors;
  settings.firth = model.loss.firth;
  settings.loss_name = name_of(model.loss.kind);
  settings.polynomials = model.encoder.polynomials();
  settings.feature_names = model.encoder.feature_names();
  settings.output_labels = output_labels(meaning, outputs_of(model.loss, meaning.task, label_count(meaning)));
  return settings;
}

/// `--l2 auto`, on the coordinates of the fit.
void choose_penalty(RowSource& rows, const Loss& loss, const FitOptions& options, Progress& progress,
                    LinearModel& model) {
  if (!traits_of(loss).non_negative) {
    throw UsageError("--l2 auto compares losses that are at least 0: for --loss gaussian give a number");
  }
  const Moments moments = column_moments(rows, progress);
  Coordinates at = standardized_coordinates(moments, options.intercept, model.standardized);
  for (std::size_t j = 0; j < model.penalty_factors.size(); ++j) at.penalty_factor[j] *= model.penalty_factors[j];
  EmpiricalRisk risk(rows, std::move(at), loss, 0, moments.weight_sum);
  risk.listen_to(progress);
  L2PathOptions path;
  path.seed = options.seed;
  path.stratify = model.classifies();
  model.l2_choice = choose_l2(risk, path, progress);
  model.l2 = model.l2_choice->l2;
}

void take_residuals(const LinearFit& fitted, LinearModel& model) {
  if (fitted.inference) {
    model.residual_sd = fitted.inference->residual_sd;
    model.r2 = fitted.inference->r2;
  }
  if (fitted.variance > 0) model.residual_sd_ml = std::sqrt(fitted.variance);
}

/// Penalty factors of the options, where there is a penalty to multiply.
void take_penalty_factors(const FitOptions& options, LinearModel& model) {
  if (options.penalty_factors_path.empty()) return;
  model.penalty_factors = read_penalty_factors(options.penalty_factors_path, model.encoder);
  if (!model.penalty_factors.empty() && model.l2 == 0 && !options.choose_l2)
    throw UsageError("--penalty-factors multiplies the penalty of a feature, and --l2 is 0: there is none");
}

}  // namespace

LinearModel fit_rows(RowSource& given_rows, const RowsMeaning& meaning, const FitOptions& options, Progress& progress,
                     const std::function<void(const TracePoint&, const LinearPredictor&)>& trace) {
  check_penalty(options);
  const ThreadLimit limit(options.table.threads);
  FitStart start(given_rows, meaning, options);
  LinearModel& model = start.model;
  RowSource& rows = start.rows();
  const Loss loss = make_loss(model.loss, meaning.task, label_count(meaning));
  take_penalty_factors(options, model);
  check_inference(options, model.loss, meaning.task);
  if (options.choose_l2) choose_penalty(rows, loss, options, progress, model);
  model.predictor.has_intercept = options.intercept;
  model.objective = objective_formula(model);

  const std::size_t outputs = outputs_of(loss);
  LinearFitOptions settings = solver_settings(model, options, meaning);
  const auto predictor = [&](const LinearSolution& solution) {
    LinearPredictor made = predictor_of(solution, rows.columns(), outputs, options.intercept);
    made.polynomials = settings.polynomials;
    return made;
  };
  if (trace) {
    settings.trace = [&](const TracePoint& point, const LinearSolution& solution) {
      trace(point, predictor(solution));
    };
  }
  const LinearFit fitted = fit_linear(rows, loss, settings, progress);
  model.predictor = predictor(fitted.solution);
  model.report = fitted.report;
  model.feature_scale = fitted.moments.sd;
  model.training.rows = model.training.train_rows = rows.rows();
  model.warning = fitted.warning;
  fill_with_means(fitted.moments, model.encoder);
  if (meaning.task == Task::regression) describe_residuals(rows, fitted, model);
  take_residuals(fitted, model);
  add_inference({&rows, &loss, &fitted, &meaning.clusters}, options, progress, model);
  if (options.posterior) keep_posterior(rows, fitted.moments, progress, model);
  return std::move(model);
}

}  // namespace plumbline
