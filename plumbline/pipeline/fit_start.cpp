#include "plumbline/pipeline/fit_start.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/class_weights.hpp"
#include "plumbline/models/loss_facts.hpp"
#include "plumbline/pipeline/reweighted_rows.hpp"
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

/// What the classes weigh, by class index; empty: all the same.
std::vector<double> class_multipliers(RowSource& rows, const RowsMeaning& meaning, const FitOptions& options) {
  if (options.class_weights == ClassWeighting::none) return {};
  if (meaning.classes.empty()) throw UsageError("--class-weights is for tasks with classes");
  return options.class_weights == ClassWeighting::file
             ? read_class_weights(options.class_weights_path, meaning.classes)
             : balanced_class_weights(class_totals(rows, meaning.classes.size()));
}

}  // namespace

FitStart::FitStart(RowSource& given_rows, const RowsMeaning& meaning, const FitOptions& options) : rows_(&given_rows) {
  check_shape(given_rows, meaning);
  check_values(given_rows, meaning);
  model.task = meaning.task;
  model.targets = meaning.targets;
  model.classes = meaning.classes;
  model.encoder = meaning.encoder.width() == 0 ? positional_encoder(given_rows) : meaning.encoder;
  require(model.encoder.width() == given_rows.columns(), "fit_rows", "meaning.encoder", "as wide as the rows");
  model.loss = loss_for(options, meaning.task);
  model.training.class_weights = class_multipliers(given_rows, meaning, options);
  if (!model.training.class_weights.empty()) {
    weighted_ = std::make_unique<ReweightedRows>(given_rows, model.training.class_weights);
    rows_ = weighted_.get();
  }
  model.training.weight_sum = weight_sum(*rows_);
  if (!(model.training.weight_sum > 0)) throw DataError({}, "the row weights of the training rows sum to 0");
  model.standardized = options.standardize.value_or(true);
  model.l2 = l2_for(options, meaning.task, model.training.weight_sum);
}

void fill_with_means(const Moments& moments, Encoder& encoder) {
  std::size_t offset = 0;
  for (ColumnEncoding& column : encoder.columns) {
    if (!column.categorical && !column.indicator && column.fill == 0) column.fill = moments.mean[offset];
    offset += column.width();
  }
}

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
  if (model.network) {
    return formula + fmt::format(" + ({}/2) Σ W², W of every layer, on {} features{}; biases{} not penalised", model.l2,
                                 model.standardized ? "standardised" : "raw",
                                 model.task == Task::regression ? " and the standardised target" : "",
                                 model.network->architecture.activation == Activation::prelu ? " and slopes" : "");
  }
  // Without an intercept nothing is centred.
  const char* const features = !model.standardized             ? "the raw"
                               : model.predictor.has_intercept ? "the standardised"
                                                               : "the scaled";
  const char* const penalised = model.penalty_factors.empty() ? "Σ_jk W_jk²" : "Σ_jk factor_j W_jk²";
  return formula + fmt::format(" + ({}/2) {}, W of {} features, {}", model.l2, penalised, features,
                               model.predictor.has_intercept ? "intercept not penalised" : "no intercept");
}

}  // namespace plumbline
