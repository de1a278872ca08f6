#include "plumbline/pipeline/model_posterior.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/inference/fitted_linear.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/linalg/decompositions.hpp"
#include "plumbline/models/posterior_json.hpp"
#include "plumbline/pipeline/training_rows.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Widest posterior that a model file keeps: about 5 MB of it.
constexpr double kWidestKept = 700;
/// Most n·(K·d)² that a fit spends on it.
constexpr double kMostWork = 1e11;
/// Condition of X up to which the normal matrix of least squares keeps half its digits.
constexpr double kSureCondition = 1e4;

bool has_likelihood(const LinearModel& model) {
  if (model.loss.label_smoothing > 0 || model.loss.firth) return false;
  if (model.loss.kind == LossKind::squared) return model.task == Task::regression;
  return model.loss.kind == LossKind::logistic || model.loss.kind == LossKind::softmax;
}

/// From the Cholesky factor of the normal matrix, of which n·H is what a risk computes in one pass.
LeastSquaresRoot root_by_hessian(EmpiricalRisk& risk, const Vector& w) {
  const Coordinates& at = risk.coordinates();
  const CurvatureRoot curvature = curvature_root(risk, w);
  LeastSquaresRoot root;
  root.w = w;
  root.full_rank = curvature.definite;
  root.inverse_root = curvature.blocks[0] / std::sqrt(risk.weight_sum());
  root.effective_parameters = at.intercept ? 1 : 0;
  for (std::size_t j = 0; j < at.features(); ++j) {
    const auto row = static_cast<Index>(j);
    if (at.scale[j] == 0) root.inverse_root.row(row).setZero();
    const double penalty = risk.weight_sum() * risk.l2() * at.penalty_factor[j];
    root.effective_parameters += at.scale[j] == 0 ? 0 : 1 - penalty * root.inverse_root.row(row).squaredNorm();
  }
  root.residual_squares = 2 * risk.weight_sum() * (risk.along(w, w, 0).value - risk.penalty(w));
  const double freedom = risk.weight_sum() - root.effective_parameters;
  root.residual_variance =
      freedom > 1e-9 * risk.weight_sum() ? root.residual_squares / freedom : std::numeric_limits<double>::quiet_NaN();
  return root;
}

Posterior posterior_at(const LinearModel& model, EmpiricalRisk& risk, const Vector& w, Progress& progress) {
  if (!risk.is_quadratic()) return laplace_posterior(risk, w);
  const bool sure = model.report.condition.value_or(HUGE_VAL) < kSureCondition;
  return least_squares_posterior(risk, sure ? root_by_hessian(risk, w) : least_squares_root(risk, w, progress));
}

/// L with L Lᵀ = B Bᵀ, packed: R of Bᵀ = Q R, with a diagonal that is not negative.
std::vector<double> packed_lower(const Matrix& root) {
  const Index size = root.rows(), rank = std::min(root.rows(), root.cols());
  Matrix lower = Matrix::Zero(size, size);
  lower.leftCols(rank) = triangular_factor(root.transpose()).transpose();
  for (Index j = 0; j < rank; ++j) {
    if (lower(j, j) < 0) lower.col(j) *= -1;
  }
  std::vector<double> packed;
  packed.reserve(static_cast<std::size_t>(size * (size + 1) / 2));
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j <= i; ++j) packed.push_back(lower(i, j));
  }
  return packed;
}

Matrix unpacked(const std::vector<double>& packed, std::size_t rows) {
  const auto size = static_cast<Index>(rows);
  Matrix lower = Matrix::Zero(size, size);
  auto cell = packed.begin();
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j <= i; ++j) lower(i, j) = *cell++;
  }
  return lower;
}

SavedPosterior saved(const Posterior& posterior) {
  const Coordinates& at = posterior.coordinates;
  const auto p = static_cast<std::ptrdiff_t>(at.features());
  SavedPosterior result;
  result.center.assign(at.center.begin(), at.center.begin() + p);
  result.scale.assign(at.scale.begin(), at.scale.begin() + p);
  result.noise_variance = posterior.noise_variance;
  for (const Matrix& root : posterior.root.blocks) result.roots.push_back(packed_lower(root));
  return result;
}

/// Draws are the same whether the posterior comes from the file or from the rows: both come through here.
Posterior restored(const LinearModel& model, const SavedPosterior& saved) {
  const PosteriorShape shape = posterior_shape(model);
  FittedLinear fitted;
  fitted.loss = loss_of(model);
  fitted.solution = solution_of(model.predictor);
  Coordinates& at = fitted.coordinates;
  at.center = saved.center;
  at.scale = saved.scale;
  at.center.resize(padded(shape.features), 0);
  at.scale.resize(padded(shape.features), 0);
  at.penalty_factor.assign(shape.features, 1);
  at.intercept = model.predictor.has_intercept;
  Posterior posterior;
  posterior.loss = fitted.loss;
  posterior.coordinates = at;
  posterior.mean = solver_weights(fitted);
  posterior.noise_variance = saved.noise_variance;
  posterior.root.outputs = model.outputs();
  posterior.root.width = at.dimension();
  for (const std::vector<double>& root : saved.roots) posterior.root.blocks.push_back(unpacked(root, shape.rows));
  return posterior;
}

bool small_enough(const LinearModel& model) {
  const double width = static_cast<double>((model.predictor.features + 1) * model.outputs());
  return width <= kWidestKept && static_cast<double>(model.training.rows) * width * width <= kMostWork;
}

double largest(const std::vector<double>& errors) {
  double most = 0;
  for (const double error : errors) most = std::max(most, error);
  return most;
}

}  // namespace

std::string posterior_refusal(const LinearModel& model) {
  if (model.network) return "a posterior is known for linear models, not for a network";
  if (!has_likelihood(model)) {
    return "a posterior is known for least squares of numbers, logistic (logit, probit, cloglog) and softmax, without "
           "label smoothing or --firth";
  }
  if (model.report.verdict == Verdict::optimal) return "";
  if (model.report.verdict == Verdict::rank_deficient) {
    return "columns depend on each other and l2 is 0: the rows leave some coefficients wholly open";
  }
  return fmt::format("the fit did not end at a proved optimum (verdict: {})", name_of(model.report.verdict));
}

void keep_posterior(RowSource& rows, const Moments& moments, Progress& progress, LinearModel& model) {
  if (!posterior_refusal(model).empty() || !small_enough(model)) return;
  TrainedFit fit(model, rows, moments, progress);
  const Posterior posterior = posterior_at(model, fit.risk(), fit.w(), progress);
  if (posterior.proper) model.posterior = saved(posterior);
}

Posterior find_posterior(const LinearModel& model, const PosteriorRequest& request, const TableOptions& options,
                         Progress& progress) {
  const std::string refusal = posterior_refusal(model);
  if (!refusal.empty()) throw UsageError("--posterior: " + refusal);
  if (request.exact && model.loss.kind == LossKind::softmax) {
    throw UsageError("--posterior exact: softmax has no closed form; give a number of draws");
  }
  if (request.train.empty()) {
    if (model.posterior) return restored(model, *model.posterior);
    throw UsageError(
        "--posterior: the model file holds no posterior (too wide to be kept, or saved by an older version); "
        "--train FILE computes it from the table of the fit");
  }
  TableOptions reading = options;
  reading.id_column.clear();  // names the rows of DATA
  const TrainingRows rows = find_training_rows(model, request.train, reading, progress);
  TrainedFit fit(model, rows, options.block_rows, progress);
  const Posterior posterior = posterior_at(model, fit.risk(), fit.w(), progress);
  if (!posterior.proper) {
    throw UsageError(
        "--posterior: the rows do not determine every coefficient, or leave no degree of freedom for the "
        "residual variance; fit with --l2 above 0");
  }
  return restored(model, saved(posterior));
}

PredictedSpread spread_over(RowSource& rows, const Posterior& posterior, const PosteriorRequest& request,
                            const std::vector<double>& eta, Progress& progress) {
  PosteriorPrediction prediction = request.exact
                                       ? predict_in_closed_form(rows, posterior, progress)
                                       : predict_by_draws(rows, posterior, request.draws, request.seed, progress);
  PredictedSpread spread;
  spread.request = request;
  spread.width = prediction.width;
  spread.largest_mean_error = largest(prediction.mean_error);
  spread.largest_sd_error = request.exact ? std::numeric_limits<double>::quiet_NaN() : largest(prediction.sd_error);
  const bool least_squares = std::holds_alternative<SquaredLoss>(posterior.loss);
  spread.mean = std::move(prediction.mean);
  if (request.exact && least_squares) spread.mean = eta;
  spread.sd = std::move(prediction.sd);
  spread.sd_with_noise = std::move(prediction.sd_with_noise);
  return spread;
}

}  // namespace plumbline
