#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/diagnostics/contributions.hpp"
#include "plumbline/diagnostics/dual_weights.hpp"
#include "plumbline/diagnostics/influence.hpp"
#include "plumbline/diagnostics/leverage.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/training_rows.hpp"

namespace plumbline {

struct ExplainOptions {
  TableOptions table;    ///< how TRAIN and DATA are read
  std::string row;       ///< a record of DATA from 1, or, with an id column, an id
  std::size_t top = 10;  ///< rows in each list
  /// "mean": the mean of the training rows; else a record of TRAIN (from 1, or an id).
  std::string reference = "mean";
};

/// A part of an explanation, or why there is none.
template <class T>
struct Explained {
  std::optional<T> value;
  std::string reason;  ///< where there is no value
};

/// Least squares and ridge: what single rows do to the fit.
struct FitInfluence {
  LeverageRows rows;                 ///< dfbetas: of the rows of by_cook
  std::vector<std::size_t> by_cook;  ///< training rows of the largest Cook's distance
  double effective_parameters = 0;
  double residual_sd = 0;  ///< NaN where no degree of freedom is left
};

/// What leaving out one training row would do to the predictors of the explained row.
struct PredictionInfluence {
  Buffer<double> effect;                      ///< (n, K): change of eta_k
  std::vector<std::vector<std::size_t>> top;  ///< (K): rows of the largest effect
};

/// What it would do to the mean loss over rows that did not train.
struct LossInfluence {
  std::size_t rows = 0;   ///< that the loss is of
  double loss = 0;        ///< mean loss over them
  Buffer<double> effect;  ///< (n): change of that mean; negative: the model would do better without the row
  std::vector<std::size_t> top;
};

struct LeaveOneOut {
  ApproximateLeaveOneOut rows;
  double train_loss = 0;         ///< mean loss over the training rows
  std::vector<std::size_t> top;  ///< rows of the largest loss when left out
};

/// Why a model predicts what it does for one row. Rows are numbers of rows of `training.data`, whose name() users know.
struct Explanation {
  std::string row;                           ///< of DATA, as the user knows it
  std::string reference;                     ///< "mean", or the record of TRAIN
  std::vector<double> cells;                 ///< (p): the encoded row
  std::vector<double> eta, p;                ///< (K), (m) or (labels); p empty for regression: as in Predictions
  std::vector<Contributions> contributions;  ///< (K)
  TrainingRows training;
  bool same_table = false;  ///< DATA is TRAIN: what did not train is what was held out
  Explained<DualWeights> dual_weights;
  Explained<FitInfluence> fit_influence;
  Explained<DualCoefficients> dual_coefficients;
  Explained<PredictionInfluence> on_prediction;
  Explained<LossInfluence> on_loss;
  Explained<LeaveOneOut> leave_one_out;
  std::vector<std::string> notes;
};

/// Explains the prediction of one row of the table `data` by a model and the table it was fitted to (read once, even if
/// both are the same file). Contributions exist for every model; what rests on the optimum or on second derivatives has
/// a reason where it does not. Cost: the file, a few passes over X, 2·n·d² flops for each of leverages and
/// leave-one-out. Throws UsageError, DataError (another table, no such row), FileError, Cancelled.
Explanation explain(const LinearModel& model, const std::string& train, const std::string& data,
                    const ExplainOptions& options, Progress& progress = silent_progress());

}  // namespace plumbline
