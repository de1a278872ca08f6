#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/conformal/jackknife_plus.hpp"
#include "plumbline/data/dataset.hpp"
#include "plumbline/pipeline/training_rows.hpp"

namespace plumbline {

/// Why there are no jackknife+ intervals of a model: it is not least squares at a proved optimum. Empty: there are.
std::string jackknife_refusal(const LinearModel& model);

/// A model's training rows as jackknife+ needs them: its objective, the root of its normal matrix, and what each row
/// left out would do. Two passes over X to make, one for every 16 rows that want an interval.
class JackknifeRows final {
 public:
  /// While the rows of the fit are still there; they must outlive this.
  JackknifeRows(const LinearModel& model, RowSource& rows, Progress& progress);
  /// Finds them again in the table of the fit. Throws what find_training_rows throws, and UsageError for a refusal.
  JackknifeRows(const LinearModel& model, const std::string& path, const TableOptions& options, Progress& progress);

  /// Intervals of rows [begin, begin + prediction.size()) of a data set, prediction being ŷ.
  std::vector<Interval> intervals(const Dataset& data, std::size_t begin, const std::vector<double>& prediction,
                                  double miscoverage) const;

 private:
  void prepare(Progress& progress);

  std::optional<TrainingRows> found_;
  std::unique_ptr<TrainedFit> fit_;
  LeastSquaresRoot root_;
  std::unique_ptr<JackknifePlus> jackknife_;
};

}  // namespace plumbline
