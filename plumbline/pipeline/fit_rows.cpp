#include "plumbline/pipeline/fit_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/class_weights.hpp"
#include "plumbline/data/penalty_factors.hpp"
#include "plumbline/models/loss_facts.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/inference.hpp"
#include "plumbline/pipeline/model_posterior.hpp"
#include "plumbline/pipeline/reweighted_rows.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/solvers/l2_path.hpp"

namespace plumbline {

namespace {

Encoder positional_encoder(const RowSource& rows) {
  Encoder encoder;
  if (rows.sparse()) {
    encoder.sparse = true;
    encoder.sparse_width = rows.columns();
    return encoder;
  }
  for (std::size_t j = 0; j < rows.columns(); ++j) {
    ColumnEncoding column;
    column.name = fmt::format("x{}", j);
    encoder.columns.push_back(std::move(column));
  }
  return encoder;
}

/// Numeric columns that were complete in the table are filled with their mean, should a later table miss one. What the
/// encoder has learned stays: rows were encoded with it, and later commands encode them again to the last bit.
void fill_with_means(const Moments& moments, Encoder& encoder) {
  std::size_t offset = 0;
  for (ColumnEncoding& column : encoder.columns) {
    if (!column.categorical && !column.indicator && column.fill == 0) column.fill = moments.mean[offset];
    offset += column.width();
  }
}

std::vector<std::string> output_labels(const RowsMeaning& meaning, std::size_t outputs) {
  if (meaning.task == Task::binary && outputs == 1) return {meaning.classes[1]};
  if (meaning.task == Task::binary) return meaning.classes;
  if (meaning.task == Task::multiclass) return meaning.classes;
  return meaning.targets;
}

void check_shape(const RowSource& rows, const RowsMeaning& meaning) {
  const std::size_t labels = meaning.task == Task::multilabel ? meaning.targets.size() : 1;
  require(rows.target_width() == labels, "fit_rows", "rows",
          fmt::format("with {} targets a row, got {}", labels, rows.target_width()));
  require(rows.rows() > 0, "fit_rows", "rows", "at least one, got 0");
  require(meaning.task != Task::binary || meaning.classes.size() == 2, "fit_rows", "meaning.classes", "two labels");
  require(meaning.task != Task::multiclass || meaning.classes.size() >= 2, "fit_rows", "meaning.classes",
          "two labels or more");
}

/// A target that the loss cannot take would be read out of bounds; a weight that is negative makes no objective.
void check_values(RowSource& rows, const RowsMeaning& meaning) {
  const std::size_t width = rows.target_width();
  const double classes = static_cast<double>(meaning.classes.size());
  rows.rewind();
  for (RowBlock block; rows.next(block);) {
    for (std::size_t i = 0; block.row_weight != nullptr && i < block.rows; ++i) {
      require(block.row_weight[i] >= 0 && std::isfinite(block.row_weight[i]), "fit_rows", "row weights",
              "finite and not negative");
    }
    for (std::size_t c = 0; c < block.rows * width; ++c) {
      const double y = block.target[c];
      const bool label = y == 0 || y == 1;
      const bool index = y >= 0 && y < classes && y == std::floor(y);
      const bool fits = meaning.task == Task::regression   ? std::isfinite(y)
                        : meaning.task == Task::multiclass ? index
                                                           : label;
      require(fits, "fit_rows", "targets", fmt::format("numbers, class indices or 0/1 as the task asks, got {}", y));
    }
  }
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

}  // namespace

std::size_t label_count(const RowsMeaning& meaning) {
  if (meaning.task == Task::multilabel) return meaning.targets.size();
  return meaning.task == Task::regression ? 1 : meaning.classes.size();
}

void check_penalty(const FitOptions& options) {
  if (options.l2 && !(*options.l2 >= 0 && std::isfinite(*options.l2)))
    throw UsageError("--l2 must be a number that is not negative");
  if (options.loss_constants.firth && (options.choose_l2 || options.l2.value_or(0) > 0))
    throw UsageError("--firth is a penalty of its own and implies --l2 0");
}

double l2_for(const FitOptions& options, Task task, double weight_sum) {
  const bool unpenalised = task == Task::regression || options.loss_constants.firth;
  return options.l2.value_or(unpenalised ? 0 : 1 / weight_sum);
}

LossSettings loss_for(const FitOptions& options, Task task) {
  LossSettings settings = options.loss_constants;
  settings.kind = options.loss.value_or(default_loss(task).kind);
  settings.link = options.link.value_or(default_link(settings.kind, task));
  check_loss(settings, task);
  return settings;
}

std::string objective_formula(const LinearModel& model) {
  std::string formula = fmt::format("(1/n) Σ_i [{}]", loss_formula(model.loss, model.task));
  if (model.loss.firth) {
    return formula + " − (1/2n) log det(Xᵀ diag(s p (1 − p)) X), X of the standardised features and the intercept";
  }
  if (model.l2 == 0) return formula + ", no penalty";
  // Without an intercept nothing is centred.
  const char* const features = !model.standardized             ? "the raw"
                               : model.predictor.has_intercept ? "the standardised"
                                                               : "the scaled";
  const char* const penalised = model.penalty_factors.empty() ? "Σ_jk W_jk²" : "Σ_jk factor_j W_jk²";
  return formula + fmt::format(" + ({}/2) {}, W of {} features, {}", model.l2, penalised, features,
                               model.predictor.has_intercept ? "intercept not penalised" : "no intercept");
}

namespace {

/// What the classes weigh, by class index; empty: all the same.
std::vector<double> class_multipliers(RowSource& rows, const RowsMeaning& meaning, const FitOptions& options) {
  if (options.class_weights == ClassWeighting::none) return {};
  if (meaning.classes.empty()) throw UsageError("--class-weights is for tasks with classes");
  return options.class_weights == ClassWeighting::file
             ? read_class_weights(options.class_weights_path, meaning.classes)
             : balanced_class_weights(class_totals(rows, meaning.classes.size()));
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
  check_shape(given_rows, meaning);
  check_values(given_rows, meaning);
  const ThreadLimit limit(options.table.threads);
  LinearModel model;
  model.task = meaning.task;
  model.targets = meaning.targets;
  model.classes = meaning.classes;
  model.encoder = meaning.encoder.width() == 0 ? positional_encoder(given_rows) : meaning.encoder;
  require(model.encoder.width() == given_rows.columns(), "fit_rows", "meaning.encoder", "as wide as the rows");
  model.loss = loss_for(options, meaning.task);
  model.training.class_weights = class_multipliers(given_rows, meaning, options);
  std::optional<ReweightedRows> weighted;
  if (!model.training.class_weights.empty()) weighted.emplace(given_rows, model.training.class_weights);
  RowSource& rows = weighted ? static_cast<RowSource&>(*weighted) : given_rows;
  model.training.weight_sum = weight_sum(rows);
  if (!(model.training.weight_sum > 0)) throw DataError({}, "the row weights of the training rows sum to 0");
  model.standardized = options.standardize.value_or(true);
  const Loss loss = make_loss(model.loss, meaning.task, label_count(meaning));
  model.l2 = l2_for(options, meaning.task, model.training.weight_sum);
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
  return model;
}

}  // namespace plumbline
