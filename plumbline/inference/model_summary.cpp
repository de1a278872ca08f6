#include "plumbline/inference/model_summary.hpp"

#include <cmath>

#include "plumbline/inference/distributions.hpp"
#include "plumbline/inference/fitted_linear.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

namespace {

constexpr double kLogTwoPi = 1.8378770664093453;

/// RSS and TSS, from risks of either loss of numbers.
struct Squares {
  double residual = 0, total = 0;
};

/// The sum of squared residuals behind the mean of −log of a Gaussian density: σ² is its own best for the fit, so that
/// the mean of the fit alone tells it; the null model has a σ² of its own.
double squares_of_gaussian(double n, double risk) { return n * std::exp(2 * risk - 1 - kLogTwoPi); }

double gaussian_log_likelihood(double n, double squares) { return -n / 2 * (kLogTwoPi + std::log(squares / n) + 1); }

ModelTest chi_squared_test(double statistic, double degrees) {
  return {statistic, degrees, 0, upper_chi_squared(statistic, degrees)};
}

std::size_t coefficients_of(const FittedLinear& fitted, std::size_t rank) {
  const std::size_t outputs = outputs_of(fitted.loss);
  return rank * (is_shift_invariant(fitted.loss) ? outputs - 1 : outputs);
}

/// Where the solver has found RSS to more digits than the risk holds, those.
void refine_squares(const FittedLinear& fitted, Squares& squares) {
  if (!fitted.least_squares || !(fitted.least_squares->degrees_of_freedom > 0)) return;
  const LeastSquaresInference& solved = *fitted.least_squares;
  squares.residual = solved.residual_sd * solved.residual_sd * solved.degrees_of_freedom;
}

void summarise_squares(const FittedLinear& fitted, const Squares& squares, ModelSummary& summary) {
  const double n = summary.observations;
  const double intercept = fitted.coordinates.intercept ? 1 : 0;
  const double slopes = summary.parameters - 1 - intercept;  // σ² is one of the parameters
  summary.deviance = squares.residual;
  summary.null_deviance = squares.total;
  summary.log_likelihood = gaussian_log_likelihood(n, squares.residual);
  summary.null_log_likelihood = gaussian_log_likelihood(n, squares.total);
  if (squares.total > 0)
    summary.r2 = fitted.least_squares ? fitted.least_squares->r2 : 1 - squares.residual / squares.total;
  const double left = summary.degrees_of_freedom;
  if (!(left > 0)) return;
  const double variance = squares.residual / left;
  summary.residual_sd = std::sqrt(variance);
  if (squares.total > 0) summary.adjusted_r2 = 1 - variance / (squares.total / (n - intercept));
  if (!is_least_squares(fitted.loss) || !(slopes > 0)) return;
  summary.f = {summary.r2 * squares.total / (slopes * variance), slopes, left, 0};
  summary.f.p_value = upper_f(summary.f.statistic, slopes, left);
}

}  // namespace

ModelSummary model_summary(const FittedLinear& fitted, std::size_t rank, double risk, double null_risk) {
  const double n = fitted.weight_sum;
  const bool squared = is_least_squares(fitted.loss);
  const bool gaussian = std::holds_alternative<GaussianLoss>(fitted.loss);
  const std::size_t coefficients = coefficients_of(fitted, rank);
  const std::size_t null_coefficients = fitted.coordinates.intercept ? coefficients_of(fitted, 1) : 0;
  ModelSummary summary;
  summary.observations = n;
  summary.parameters = static_cast<double>(coefficients) + (squared || gaussian ? 1 : 0);
  summary.degrees_of_freedom = n - static_cast<double>(coefficients);
  if (squared || gaussian) {
    Squares squares{squared ? 2 * n * risk : squares_of_gaussian(n, risk),
                    squared ? 2 * n * null_risk : squares_of_gaussian(n, null_risk)};
    refine_squares(fitted, squares);
    summarise_squares(fitted, squares, summary);
  } else {
    summary.log_likelihood = -n * risk;
    summary.null_log_likelihood = -n * null_risk;
    const bool classes = traits_of(fitted.loss).classification;
    summary.deviance = classes ? 2 * n * risk : std::numeric_limits<double>::quiet_NaN();
    summary.null_deviance = classes ? 2 * n * null_risk : summary.deviance;
  }
  summary.aic = -2 * summary.log_likelihood + 2 * summary.parameters;
  summary.bic = -2 * summary.log_likelihood + std::log(n) * summary.parameters;
  summary.likelihood_ratio = chi_squared_test(2 * (summary.log_likelihood - summary.null_log_likelihood),
                                              static_cast<double>(coefficients - null_coefficients));
  return summary;
}

ModelSummary model_summary(const FittedLinear& fitted, std::size_t rank, Progress& progress) {
  const bool gaussian = std::holds_alternative<GaussianLoss>(fitted.loss);
  const Loss loss = gaussian ? Loss(SquaredLoss{}) : fitted.loss;
  EmpiricalRisk risk(*fitted.source, fitted.coordinates, loss, 0, fitted.weight_sum);
  risk.listen_to(progress);
  const Vector w = solver_weights(fitted);
  const Vector null_model = risk.null_model();
  const auto mean_loss = [&](const Vector& at) {
    const double value = risk.along(at, at, 0).value;
    return gaussian ? 0.5 * (kLogTwoPi + std::log(2 * value) + 1) : value;
  };
  const double null_risk = mean_loss(null_model);
  return model_summary(fitted, rank, mean_loss(w), null_risk);
}

}  // namespace plumbline
