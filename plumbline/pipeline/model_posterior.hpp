#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/inference/posterior.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// How a prediction is averaged over the posterior of the weights.
struct PosteriorRequest {
  bool exact = false;      ///< in closed form instead of by draws
  std::size_t draws = 0;   ///< N >= 2
  std::uint64_t seed = 0;  ///< of the draws
  std::string train;       ///< the table of the fit, to compute the posterior from; empty: the model file has it
};

/// What the posterior says of each row, (rows, width); see PosteriorPrediction.
struct PredictedSpread {
  PosteriorRequest request;
  std::size_t width = 1;
  std::vector<double> mean, sd, sd_with_noise;
  /// The largest over all rows. Draws: Monte-Carlo standard errors. Closed form: what the probit-scaled mean is off the
  /// integral; no error of the sd (NaN).
  double largest_mean_error = 0, largest_sd_error = 0;
};

/// Why a model's weights have no posterior that is known here; empty: they have one. Least squares, logistic (also
/// multilabel), softmax, probit, cloglog, without smoothing, at a proved optimum.
std::string posterior_refusal(const LinearModel& model);

/// Computes the posterior over the training rows (weights as in the fit) and keeps it in the model, unless there is
/// none, or it is too large to be kept: K·d <= 700 and n·(K·d)² <= 1e11. One pass over X with a Hessian.
void keep_posterior(RowSource& rows, const Moments& moments, Progress& progress, LinearModel& model);

/// The posterior that is in the model file, or computed again from the table of the fit. Throws UsageError where there
/// is none, softmax is asked for a closed form, or the file has none and no table is given; what find_training_rows
/// throws.
Posterior find_posterior(const LinearModel& model, const PosteriorRequest& request, const TableOptions& options,
                         Progress& progress);

/// Averages over the posterior for each row. `eta` (rows, K): the model's own predictors, which are the exact mean of
/// least squares.
PredictedSpread spread_over(RowSource& rows, const Posterior& posterior, const PosteriorRequest& request,
                            const std::vector<double>& eta, Progress& progress);

}  // namespace plumbline
