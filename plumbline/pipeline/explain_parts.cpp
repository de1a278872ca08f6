#include "plumbline/pipeline/explain_parts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <variant>

#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/solvers/least_squares_inference.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Why there is no inverse Hessian to speak of; empty: there may be one.
std::string curvature_refusal(EmpiricalRisk& risk) {
  if (!risk.traits().smooth) return "the loss has kinks: it has no second derivative there";
  const std::size_t size = mixes_outputs(risk.loss()) ? risk.outputs() * risk.width() : risk.width();
  if (static_cast<Index>(size) > kWidestInference) {
    return fmt::format("{} coefficients at once are more than the {} that this is computed for", size,
                       kWidestInference);
  }
  return "";
}

/// Numbers q, q + width, … of a table.
std::vector<double> column(const Buffer<double>& table, std::size_t width, std::size_t q) {
  std::vector<double> values(table.size() / width);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = table[i * width + q];
  return values;
}

std::vector<std::size_t> top_of(const std::vector<double>& values, std::size_t top) {
  return largest_rows(values.data(), values.size(), top);
}

void explain_least_squares(const ExplainedQuery& query, const LeastSquaresRoot& root, Explanation& result,
                           Progress& progress) {
  EmpiricalRisk& risk = query.fit->risk();
  result.dual_weights.value = dual_weights(risk, root, query.row, query.top, progress);
  FitInfluence influence;
  LeverageOptions options;
  options.dfbetas = true;
  influence.rows = leverage_rows(risk, root, options, progress);
  const Buffer<double>& cook = influence.rows.cooks_distance;
  influence.by_cook = largest_rows(cook.data(), cook.size(), query.top);
  options.dfbetas = false;
  options.chosen_rows = influence.by_cook;
  influence.rows.dfbetas = leverage_rows(risk, root, options, progress).dfbetas;
  influence.effective_parameters = root.effective_parameters;
  influence.residual_sd = std::sqrt(root.residual_variance);
  result.fit_influence.value = std::move(influence);
}

/// Of least squares, H = A/n.
CurvatureRoot curvature_of(EmpiricalRisk& risk, const LeastSquaresRoot& root) {
  CurvatureRoot curvature;
  curvature.width = risk.width();
  curvature.definite = root.full_rank;
  curvature.blocks = {std::sqrt(risk.weight_sum()) * root.inverse_root};
  return curvature;
}

double mean_loss_over(const EmpiricalRisk& risk, const Vector& w, RowSource& rows, Progress& progress) {
  EmpiricalRisk other(rows, risk.coordinates(), risk.loss(), 0, weight_sum(rows));
  other.listen_to(progress);
  return other.along(w, w, 0).value;
}

void explain_influence(const ExplainedQuery& query, const CurvatureRoot& curvature, Explanation& result,
                       Progress& progress) {
  EmpiricalRisk& risk = query.fit->risk();
  const Vector& w = query.fit->w();
  const std::size_t outputs = risk.outputs();
  LeaveOneOut left_out;
  left_out.rows = approximate_leave_one_out(risk, w, curvature, progress);
  left_out.train_loss = risk.along(w, w, 0).value - risk.penalty(w);
  left_out.top = largest_rows(left_out.rows.loss.data(), left_out.rows.loss.size(), query.top);
  Matrix directions = predictor_directions(risk, query.row);
  const bool held_out = query.held_out != nullptr;
  if (held_out) {
    directions.conservativeResize(Eigen::NoChange, directions.cols() + 1);
    directions.rightCols(1) = held_out_direction(risk, w, *query.held_out, progress);
  }
  const std::size_t quantities = outputs + (held_out ? 1 : 0);
  const Buffer<double> effect =
      influence_of_rows(risk, {&w, &curvature, &directions, left_out.rows.slope.data()}, progress);
  const std::size_t n = effect.size() / quantities;
  PredictionInfluence on_prediction;
  on_prediction.effect = Buffer<double>(n * outputs);
  for (std::size_t k = 0; k < outputs; ++k) {
    const std::vector<double> values = column(effect, quantities, k);
    for (std::size_t i = 0; i < n; ++i) on_prediction.effect[i * outputs + k] = values[i];
    on_prediction.top.push_back(top_of(values, query.top));
  }
  result.on_prediction.value = std::move(on_prediction);
  if (held_out) {
    LossInfluence on_loss;
    const std::vector<double> values = column(effect, quantities, outputs);
    on_loss.effect = Buffer<double>(n);
    std::copy(values.begin(), values.end(), on_loss.effect.data());
    on_loss.top = top_of(values, query.top);
    on_loss.rows = query.held_out->rows();
    on_loss.loss = mean_loss_over(risk, w, *query.held_out, progress);
    result.on_loss.value = std::move(on_loss);
  }
  result.leave_one_out.value = std::move(left_out);
}

void refuse_influence(const std::string& reason, Explanation& result) {
  result.on_prediction.reason = result.on_loss.reason = result.leave_one_out.reason = reason;
}

void refuse_all(const std::string& reason, Explanation& result) {
  result.dual_weights.reason = result.fit_influence.reason = result.dual_coefficients.reason = reason;
  refuse_influence(reason, result);
}

void explain_dual_coefficients(const ExplainedQuery& query, Explanation& result, Progress& progress) {
  EmpiricalRisk& risk = query.fit->risk();
  std::string& reason = result.dual_coefficients.reason;
  if (std::holds_alternative<SquaredLoss>(risk.loss())) {
    reason = "least squares: the dual weights say it, whatever l2 is";
  } else if (!risk.traits().smooth) {
    reason = "the loss has kinks: its slopes at the optimum are not unique";
  } else if (risk.l2() == 0) {
    reason = "l2 is 0: without a penalty the coefficients are no sum over the rows";
  } else {
    result.dual_coefficients.value = dual_coefficients(risk, query.fit->w(), query.row, query.top, progress);
  }
}

}  // namespace

void explain_by_training_rows(const ExplainedQuery& query, Explanation& result, Progress& progress) {
  EmpiricalRisk& risk = query.fit->risk();
  const std::string no_optimum = optimum_refusal(*query.model);
  if (!no_optimum.empty()) return refuse_all(no_optimum, result);
  explain_dual_coefficients(query, result, progress);
  const std::string too_much = curvature_refusal(risk);
  const bool least_squares = std::holds_alternative<SquaredLoss>(risk.loss());
  result.dual_weights.reason = result.fit_influence.reason =
      least_squares ? too_much : "the prediction is linear in the targets only with --loss squared of a regression";
  if (!too_much.empty()) return refuse_influence(too_much, result);
  CurvatureRoot curvature;
  if (least_squares) {
    const LeastSquaresRoot root = least_squares_root(risk, query.fit->w(), progress);
    explain_least_squares(query, root, result, progress);
    curvature = curvature_of(risk, root);
  } else {
    curvature = curvature_root(risk, query.fit->w());
  }
  if (!curvature.definite) {
    return refuse_influence("columns depend on each other without a penalty: the Hessian is singular", result);
  }
  result.on_loss.reason = query.no_held_out;
  explain_influence(query, curvature, result, progress);
}

}  // namespace plumbline
