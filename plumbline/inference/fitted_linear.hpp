#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/losses/loss.hpp"
#include "plumbline/solvers/least_squares_inference.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// A linear model at its optimum without a penalty, with the rows it was fitted to: what inference starts from. Row
/// weights are frequency weights: a row of weight 2 is the row twice, in every figure.
struct FittedLinear {
  RowSource* source = nullptr;  ///< the training rows, weights included; must outlive all that is asked of it
  Coordinates coordinates;      ///< well-scaled ones: standardized_coordinates(fit.moments, intercept, true)
  Loss loss;                    ///< as fitted; GaussianLoss with the fitted σ
  LinearSolution solution;      ///< as fit_linear gives it
  double weight_sum = 0;        ///< Σs
  /// fit.inference: least squares where the solver left a root of the inverse normal matrix behind. It spares a pass
  /// over X, and holds the digits of the double-double solver.
  std::optional<LeastSquaresInference> least_squares;
};

/// Why there are no standard errors for such a loss with d coordinates, in a sentence; empty where there are: squared
/// and gaussian, logistic and softmax without smoothing, probit, cloglog, heteroscedastic, K·d <= kWidestInference.
std::string inference_refusal(const Loss& loss, std::size_t width);

/// Whether the loss is least squares, with its t and F tests; else maximum likelihood, with normal and χ² ones.
bool is_least_squares(const Loss& loss);

/// The weights in fitted.coordinates, (K·d) output-major.
Vector solver_weights(const FittedLinear& fitted);

/// (d, K): the coefficients in the user's units, the intercept at x = 0 last where there is one.
Matrix estimates_of(const FittedLinear& fitted);

}  // namespace plumbline
