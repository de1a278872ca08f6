#include "plumbline/solvers/leave_one_out.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kPointsPerDecade = 10;
/// 1 − h below this is rounding: without the row some direction is not determined.
constexpr double kLeastRemainder = 1e-10;

/// What the leaves of one pass share.
struct LeaveOneOutShared {
  const Coordinates* coordinates = nullptr;
  const RidgeSpectrum* spectrum = nullptr;
  bool sparse = false;
  VerbWeights directions;
  Matrix shrinkage;     ///< (r, l2s)
  Matrix coefficients;  ///< (r, l2s): of the solutions in the directions
};

class LeaveOneOutPartial final : public Partial {
 public:
  explicit LeaveOneOutPartial(const LeaveOneOutShared& shared)
      : shared_(shared),
        verbs_(*shared.coordinates, static_cast<std::size_t>(shared.shrinkage.rows()), shared.sparse),
        rotated_(static_cast<Index>(verbs_.most_rows()), shared.shrinkage.rows()) {
    reset();
  }

  void reset() override { loss = squared_loss = Vector::Zero(shared_.shrinkage.cols()); }
  void merge(Partial& right) override {
    const auto& other = static_cast<const LeaveOneOutPartial&>(right);
    loss += other.loss;
    squared_loss += other.squared_loss;
  }
  void add(const RowBlock& leaf) {
    for (std::size_t begin = 0; begin < leaf.rows; begin += verbs_.most_rows()) {
      add_tile(leaf.slice(begin, std::min(verbs_.most_rows(), leaf.rows - begin), 1));
    }
  }

  Vector loss, squared_loss;  ///< (l2s): Σ s l and Σ s l²

 private:
  void add_tile(const RowBlock& rows) {
    const auto count = static_cast<Index>(rows.rows);
    verbs_.load(rows);
    verbs_.multiply(shared_.directions, rotated_.data());
    const RowMajor fitted = rotated_.topRows(count) * shared_.coefficients;
    const RowMajor leverage = rotated_.topRows(count).cwiseAbs2() * shared_.shrinkage;
    for (Index i = 0; i < count; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      if (s == 0) continue;
      const double y = rows.target[i] - shared_.spectrum->target_shift;
      for (Index k = 0; k < loss.size(); ++k) {
        const double remainder = 1 - std::min(s, 1.0) * leverage(i, k);
        const double residual = (y - fitted(i, k)) / remainder;
        const double l =
            remainder > kLeastRemainder ? residual * residual / 2 : std::numeric_limits<double>::infinity();
        loss[k] += s * l;
        squared_loss[k] += s * l * l;
      }
    }
  }

  const LeaveOneOutShared& shared_;
  RowVerbs verbs_;
  RowMajor rotated_;
};

}  // namespace

std::vector<L2Point> leave_one_out_curve(EmpiricalRisk& risk, const RidgeSpectrum& spectrum,
                                         const std::vector<double>& l2s, Progress& progress) {
  LeaveOneOutShared shared;
  shared.coordinates = &risk.coordinates();
  shared.spectrum = &spectrum;
  shared.sparse = risk.source().sparse();
  RowVerbs(risk.coordinates(), static_cast<std::size_t>(spectrum.directions.cols()), shared.sparse, 1)
      .translate(spectrum.directions.data(), shared.directions);
  shared.shrinkage.resize(spectrum.curvature.size(), static_cast<Index>(l2s.size()));
  for (Index k = 0; k < shared.shrinkage.cols(); ++k) {
    shared.shrinkage.col(k) = spectrum.shrinkage(l2s[static_cast<std::size_t>(k)]);
  }
  shared.coefficients = spectrum.correlation.asDiagonal() * shared.shrinkage;
  const auto root = reduce_rows<LeaveOneOutPartial>(risk.source(), leaf_rows_for(risk.width()), progress,
                                                    [&] { return std::make_unique<LeaveOneOutPartial>(shared); });
  std::vector<L2Point> curve;
  for (std::size_t k = 0; k < l2s.size(); ++k) {
    const auto at = static_cast<Index>(k);
    L2Point point = point_from_sums(l2s[k], spectrum.weight_sum, root->loss[at], root->squared_loss[at]);
    if (l2s[k] == 0 && !spectrum.full_rank) point.loss = std::numeric_limits<double>::infinity();
    curve.push_back(point);
  }
  return curve;
}

L2Choice choose_l2_by_leave_one_out(EmpiricalRisk& risk, Progress& progress) {
  L2Choice choice;
  std::vector<double> l2s = l2_grid(risk, kPointsPerDecade);
  if (l2s.empty()) return choice;
  l2s.push_back(0);
  choice.method = "leave-one-out";
  choice.curve = leave_one_out_curve(risk, ridge_spectrum(risk), l2s, progress);
  choose_within_one_standard_error(choice);
  return choice;
}

}  // namespace plumbline
