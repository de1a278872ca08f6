#include "plumbline/pipeline/fit_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/scoring.hpp"

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

/// Numeric columns that were complete in training are filled with their mean, should a later table miss one.
void fill_with_means(const Moments& moments, Encoder& encoder) {
  std::size_t offset = 0;
  for (ColumnEncoding& column : encoder.columns) {
    if (!column.categorical && !column.indicator) column.fill = moments.mean[offset];
    offset += column.width();
  }
}

std::vector<std::string> output_labels(const RowsMeaning& meaning) {
  if (meaning.task == Task::binary) return {meaning.classes[1]};
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
  predictor.has_intercept = intercept;
  return predictor;
}

/// Residual standard deviations and R² on the training rows (E.4.9), from ½·RSS/Σs, which the fit has minimised, and
/// the same of the model without features, whose sum of squares is the total one (about 0 where there is no intercept).
void describe_residuals(const LinearFit& fitted, LinearModel& model) {
  const Moments& moments = fitted.moments;
  std::size_t parameters = model.predictor.has_intercept ? 1 : 0;
  for (std::size_t j = 0; j < moments.sd.size(); ++j) {
    const bool empty = moments.is_constant(j) && (model.predictor.has_intercept || moments.mean[j] == 0);
    parameters += empty ? 0 : 1;
  }
  parameters -= std::min(parameters, model.report.collinear.size());
  const double residual = 2 * fitted.risk * moments.weight_sum;
  const double total = 2 * model.report.null_objective * moments.weight_sum;
  const double degrees = moments.weight_sum - static_cast<double>(parameters);
  model.residual_sd = degrees > 0 ? std::sqrt(residual / degrees) : std::numeric_limits<double>::quiet_NaN();
  model.residual_sd_ml = std::sqrt(residual / moments.weight_sum);
  model.r2 = total > 0 ? 1 - residual / total : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

double l2_for(const FitOptions& options, Task task, double weight_sum) {
  return options.l2.value_or(task == Task::regression ? 0 : 1 / weight_sum);
}

Loss loss_for(const RowsMeaning& meaning) {
  switch (meaning.task) {
    case Task::regression:
      return SquaredLoss{};
    case Task::binary:
      return LogisticLoss{1};
    case Task::multilabel:
      return LogisticLoss{meaning.targets.size()};
    case Task::multiclass:
      return SoftmaxLoss{meaning.classes.size()};
  }
  return SquaredLoss{};
}

std::string objective_formula(const Loss& loss, double l2, bool standardized, bool intercept) {
  static const char* const kRisks[] = {"(1/n) Σ_i ½ (η_i − y_i)²", "(1/n) Σ_i Σ_k [log(1 + exp(η_ik)) − y_ik η_ik]",
                                       "(1/n) Σ_i [log Σ_k exp(η_ik) − η_i,y_i]"};
  std::string formula = kRisks[loss.index()];
  const auto* logistic = std::get_if<LogisticLoss>(&loss);
  if (logistic != nullptr && logistic->labels == 1) formula = "(1/n) Σ_i [log(1 + exp(η_i)) − y_i η_i]";
  if (l2 == 0) return formula + ", no penalty";
  // Without an intercept nothing is centred.
  const char* const features = !standardized ? "the raw" : intercept ? "the standardised" : "the scaled";
  return formula + fmt::format(" + ({}/2) Σ_jk W_jk², W of {} features, {}", l2, features,
                               intercept ? "intercept not penalised" : "no intercept");
}

LinearModel fit_rows(RowSource& rows, const RowsMeaning& meaning, const FitOptions& options, Progress& progress,
                     const std::function<void(const TracePoint&, const LinearPredictor&)>& trace) {
  check_shape(rows, meaning);
  check_values(rows, meaning);
  const ThreadLimit limit(options.table.threads);
  LinearModel model;
  model.task = meaning.task;
  model.targets = meaning.targets;
  model.classes = meaning.classes;
  model.encoder = meaning.encoder.width() == 0 ? positional_encoder(rows) : meaning.encoder;
  require(model.encoder.width() == rows.columns(), "fit_rows", "meaning.encoder", "as wide as the rows");
  const Loss loss = loss_for(meaning);
  const std::size_t outputs = std::visit([](const auto& l) { return l.outputs(); }, loss);
  model.loss = static_cast<LossKind>(loss.index());
  model.link = static_cast<Link>(loss.index());
  model.training.weight_sum = weight_sum(rows);
  if (!(model.training.weight_sum > 0)) throw DataError({}, "the row weights of the training rows sum to 0");
  model.l2 = l2_for(options, meaning.task, model.training.weight_sum);
  model.standardized = options.standardize.value_or(true);
  model.objective = objective_formula(loss, model.l2, model.standardized, options.intercept);

  LinearFitOptions fit_options;
  fit_options.solver = options.solver;
  fit_options.solver_options = options.solver_options;
  fit_options.l2 = model.l2;
  fit_options.standardize = model.standardized;
  fit_options.intercept = options.intercept;
  fit_options.feature_names = model.encoder.feature_names();
  fit_options.output_labels = output_labels(meaning);
  if (trace) {
    fit_options.trace = [&](const TracePoint& point, const LinearSolution& solution) {
      trace(point, predictor_of(solution, rows.columns(), outputs, options.intercept));
    };
  }
  LinearFit fitted = fit_linear(rows, loss, fit_options, progress);
  model.predictor = predictor_of(std::move(fitted.solution), rows.columns(), outputs, options.intercept);
  model.report = fitted.report;
  model.feature_scale = fitted.moments.sd;
  model.training.rows = model.training.train_rows = rows.rows();
  fill_with_means(fitted.moments, model.encoder);
  if (meaning.task == Task::regression) describe_residuals(fitted, model);
  return model;
}

}  // namespace plumbline
