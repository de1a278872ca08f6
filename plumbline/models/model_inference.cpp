#include "plumbline/models/model_inference.hpp"

#include "plumbline/inference/distributions.hpp"
#include "plumbline/models/inferred_estimates.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

void complete(const Vector& estimates, const ModelInference& inference, ModelInference::Table& table) {
  const double reach = central_t(inference.level, inference.degrees_of_freedom);
  for (std::size_t j = 0; j < table.size(); ++j) {
    const CoefficientPrecision given = table[j];
    table[j] =
        precision_of(estimates[static_cast<Index>(j)], given.standard_error, inference.degrees_of_freedom, reach);
    table[j].state = given.state;
    if (inference.intervals != IntervalKind::profile) continue;
    table[j].lower = given.lower;
    table[j].upper = given.upper;
  }
}

}  // namespace

const char* name_of(CovarianceKind kind) {
  switch (kind) {
    case CovarianceKind::classical:
      return "classical";
    case CovarianceKind::hc0:
      return "hc0";
    case CovarianceKind::hc1:
      return "hc1";
    case CovarianceKind::hc2:
      return "hc2";
    case CovarianceKind::hc3:
      return "hc3";
    case CovarianceKind::cluster:
      return "cluster";
  }
  return "";
}

const char* name_of(IntervalKind kind) { return kind == IntervalKind::wald ? "wald" : "profile"; }

const char* name_of(Undetermined state) {
  switch (state) {
    case Undetermined::no:
      return "determined";
    case Undetermined::constant:
      return "constant";
    case Undetermined::collinear:
      return "collinear";
    case Undetermined::singular:
      return "singular";
    case Undetermined::no_degrees_of_freedom:
      return "no_degrees_of_freedom";
  }
  return "";
}

Matrix inferred_estimates(const LinearPredictor& predictor) {
  const auto p = static_cast<Index>(predictor.features), outputs = static_cast<Index>(predictor.outputs);
  Matrix estimates(p + (predictor.has_intercept ? 1 : 0), outputs);
  for (Index j = 0; j < p; ++j) {
    for (Index k = 0; k < outputs; ++k) {
      estimates(j, k) = predictor.coefficients[static_cast<std::size_t>(j * outputs + k)];
    }
  }
  if (!predictor.has_intercept) return estimates;
  const std::vector<double> intercept = predictor.intercept();
  for (Index k = 0; k < outputs; ++k) estimates(p, k) = intercept[static_cast<std::size_t>(k)];
  return estimates;
}

void complete_tables(const LinearPredictor& predictor, ModelInference& inference) {
  const Matrix estimates = inferred_estimates(predictor);
  for (std::size_t k = 0; k < inference.tables.size(); ++k) {
    complete(estimates.col(static_cast<Index>(k)), inference, inference.tables[k]);
  }
  for (std::size_t k = 0; k < inference.contrasts.size(); ++k) {
    complete(estimates.col(static_cast<Index>(k + 1)) - estimates.col(0), inference, inference.contrasts[k]);
  }
}

void adopt_residual_figures(LinearModel& model) {
  const bool one_variance = model.task == Task::regression && model.outputs() == 1;
  if (!model.inference || !one_variance) return;
  model.inference->summary.residual_sd = model.residual_sd;
  model.inference->summary.r2 = model.r2;
}

}  // namespace plumbline
