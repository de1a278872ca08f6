#include "plumbline/inference/fitted_linear.hpp"

#include <fmt/format.h>

#include "plumbline/core/index.hpp"
#include "plumbline/linalg/double_double.hpp"

namespace plumbline {

namespace {

bool is_likelihood(const Loss& loss) {
  return is_least_squares(loss) || std::holds_alternative<GaussianLoss>(loss) ||
         std::holds_alternative<HeteroscedasticLoss>(loss) || std::holds_alternative<LogisticLoss>(loss) ||
         std::holds_alternative<SoftmaxLoss>(loss) || std::holds_alternative<ProbitLoss>(loss) ||
         std::holds_alternative<CloglogLoss>(loss);
}

bool is_smoothed(const Loss& loss) {
  const auto* logistic = std::get_if<LogisticLoss>(&loss);
  const auto* softmax = std::get_if<SoftmaxLoss>(&loss);
  return (logistic != nullptr && logistic->smoothing > 0) || (softmax != nullptr && softmax->smoothing > 0);
}

/// b + Σ (to_j − center_j) coefficient_j in double-double: the intercept of output k at x = to, null for 0.
double intercept_at(const LinearSolution& solution, std::size_t k, const double* to) {
  const auto low = [](const std::vector<double>& values, std::size_t i) { return values.empty() ? 0.0 : values[i]; };
  const std::size_t outputs = solution.center_intercept.size();
  DoubleDouble sum = two_sum(solution.center_intercept[k], low(solution.center_intercept_low, k));
  for (std::size_t j = 0; j < solution.center.size(); ++j) {
    const std::size_t cell = j * outputs + k;
    const DoubleDouble coefficient = two_sum(solution.coefficients[cell], low(solution.coefficients_low, cell));
    const DoubleDouble offset = two_sum(to == nullptr ? 0 : to[j], -solution.center[j]);
    sum = sum + coefficient * offset;
  }
  return static_cast<double>(sum);
}

}  // namespace

bool is_least_squares(const Loss& loss) { return std::holds_alternative<SquaredLoss>(loss); }

std::string inference_refusal(const Loss& loss, std::size_t width) {
  if (!is_likelihood(loss)) return "the loss is not the likelihood of a model that standard errors are known for";
  if (is_smoothed(loss)) return "with smoothed targets the loss is not a likelihood";
  const std::size_t dimension = mixes_outputs(loss) ? width * outputs_of(loss) : width;
  if (index(dimension) > kWidestInference) {
    return fmt::format("{} coefficients at once are more than the {} that standard errors are computed for", dimension,
                       kWidestInference);
  }
  return "";
}

Vector solver_weights(const FittedLinear& fitted) {
  const Coordinates& at = fitted.coordinates;
  const std::size_t p = at.features(), d = at.dimension(), outputs = outputs_of(fitted.loss);
  Vector w = Vector::Zero(index(outputs * d));
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < p; ++j) {
      if (at.scale[j] != 0) w[index(k * d + j)] = fitted.solution.coefficients[j * outputs + k] / at.scale[j];
    }
    if (at.intercept) w[index(k * d + p)] = intercept_at(fitted.solution, k, at.center.data());
  }
  return w;
}

Matrix estimates_of(const FittedLinear& fitted) {
  const Coordinates& at = fitted.coordinates;
  const std::size_t p = at.features(), outputs = outputs_of(fitted.loss);
  Matrix estimates(index(at.dimension()), index(outputs));
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < p; ++j) estimates(index(j), index(k)) = fitted.solution.coefficients[j * outputs + k];
    if (at.intercept) estimates(index(p), index(k)) = intercept_at(fitted.solution, k, nullptr);
  }
  return estimates;
}

}  // namespace plumbline
