#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/dataset.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// The rows that a saved model was fitted to, found again in its table.
struct TrainingRows {
  Dataset data;                  ///< all parts; the training rows come first, their weights times the class weights
  std::size_t rows = 0;          ///< n: training rows
  std::size_t records = 0;       ///< of the table
  std::vector<std::string> ids;  ///< (records) with an id column
  std::vector<std::string> notes;

  /// How a row of `data` is named: its record of the table, from 1, or its id.
  std::string name(std::size_t row) const;
};

/// Reads the table, encodes and splits it as the fit did (seed, fractions, stratification and encoder are in the model)
/// and compares the fingerprint. Throws DataError where it is not the very table of the fit, read with the same flags;
/// FileError, UsageError. One look at the file, the memory of a fit.
TrainingRows find_training_rows(const LinearModel& model, const std::string& path, const TableOptions& options,
                                Progress& progress = silent_progress());

/// The loss that a model minimised; gaussian: with the fitted σ.
Loss loss_of(const LinearModel& model);

/// A saved model's coefficients as a solution.
LinearSolution solution_of(const LinearPredictor& predictor);

/// A saved model's objective over its training rows, and its weights there: the state in which its fit ended. `rows`
/// must outlive it. One pass over X for the moments.
class TrainedFit final {
 public:
  TrainedFit(const LinearModel& model, const TrainingRows& rows, std::size_t block_rows, Progress& progress);
  /// While the rows and their moments are still there; class weights are in the rows.
  TrainedFit(const LinearModel& model, RowSource& rows, Moments moments, Progress& progress);
  TrainedFit(const TrainedFit&) = delete;
  TrainedFit& operator=(const TrainedFit&) = delete;

  EmpiricalRisk& risk() { return risk_; }
  const Moments& moments() const { return moments_; }  ///< of the training rows
  const Vector& w() const { return w_; }               ///< (K·d), in the risk's coordinates

 private:
  std::optional<MemorySource> source_;
  Moments moments_;
  EmpiricalRisk risk_;
  Vector w_;
};

/// Why what rests on the optimum cannot be computed for a model: its fit did not end at a proved one, or its penalty is
/// not one of coefficients. Empty: it can.
std::string optimum_refusal(const LinearModel& model);

}  // namespace plumbline
