#include "plumbline/pipeline/jackknife_rows.hpp"

#include <algorithm>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

/// Rows that stand in doubles at once.
constexpr std::size_t kQueriesAtOnce = 1024;

}  // namespace

std::string jackknife_refusal(const LinearModel& model) {
  if (model.loss.kind != LossKind::squared || model.task != Task::regression)
    return "jackknife+ is of least squares and ridge: --loss squared";
  return optimum_refusal(model);
}

JackknifeRows::JackknifeRows(const LinearModel& model, RowSource& rows, Progress& progress)
    : fit_(std::make_unique<TrainedFit>(model, rows, column_moments(rows, progress), progress)) {
  prepare(progress);
}

JackknifeRows::JackknifeRows(const LinearModel& model, const std::string& path, const TableOptions& options,
                             Progress& progress) {
  const std::string refusal = jackknife_refusal(model);
  if (!refusal.empty()) throw UsageError("no jackknife+ intervals: " + refusal);
  found_ = find_training_rows(model, path, options, progress);
  fit_ = std::make_unique<TrainedFit>(model, *found_, options.block_rows, progress);
  prepare(progress);
}

void JackknifeRows::prepare(Progress& progress) {
  root_ = least_squares_root(fit_->risk(), fit_->w(), progress);
  jackknife_ = std::make_unique<JackknifePlus>(fit_->risk(), root_, progress);
}

std::vector<Interval> JackknifeRows::intervals(const Dataset& data, std::size_t begin,
                                               const std::vector<double>& prediction, double miscoverage) const {
  std::vector<Interval> all;
  for (std::size_t first = 0; first < prediction.size(); first += kQueriesAtOnce) {
    const std::size_t count = std::min(kQueriesAtOnce, prediction.size() - first);
    const RowBlock block = data.block(begin + first, count);
    Matrix query(root_.w.size(), static_cast<Eigen::Index>(count));
    for (std::size_t i = 0; i < count; ++i) {
      query.col(static_cast<Eigen::Index>(i)) = row_in_coordinates(fit_->risk().coordinates(), block, i);
    }
    const auto of_first = prediction.begin() + static_cast<std::ptrdiff_t>(first);
    const std::vector<Interval> some =
        jackknife_->intervals(query, {of_first, of_first + static_cast<std::ptrdiff_t>(count)}, miscoverage);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace plumbline
