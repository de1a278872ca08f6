#include "plumbline/diagnostics/leverage.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// 1 − t h below this is rounding: without the row some direction is not determined.
constexpr double kLeastRemainder = 1e-10;

/// DFBETAS of a row are c·(u·directions)_j/σ₍ᵢ₎, u = A⁻¹x̃.
struct CoefficientScale {
  Matrix directions;  ///< (d, d): column j is e_j, the intercept's the combination that is it at x = 0
  Vector inverse_sd;  ///< (d): 1/√(A⁻¹)_jj, NaN for none
};

CoefficientScale coefficient_scale(const Coordinates& at, const LeastSquaresRoot& root) {
  const auto d = static_cast<Index>(at.dimension());
  CoefficientScale scale{Matrix::Identity(d, d), Vector::Constant(d, kNaN)};
  for (std::size_t j = 0; j < at.features() && at.intercept; ++j) {
    scale.directions(static_cast<Index>(j), d - 1) = -at.center[j] * at.scale[j];
  }
  if (!root.full_rank) return scale;
  for (Index j = 0; j < d; ++j) {
    const bool empty = j < static_cast<Index>(at.features()) && at.scale[static_cast<std::size_t>(j)] == 0;
    if (!empty) scale.inverse_sd[j] = 1 / (root.inverse_root.transpose() * scale.directions.col(j)).norm();
  }
  return scale;
}

/// What the leaves of one pass share.
struct LeverageShared {
  EmpiricalRisk* risk = nullptr;
  const LeastSquaresRoot* root = nullptr;
  const LeverageOptions* options = nullptr;
  LeverageRows* out = nullptr;
  bool sparse = false, needs_solution = false;
  VerbWeights w, rotation;
  Vector penalty, penalty_times_w;  ///< (d): Λ and Λw
  CoefficientScale coefficients;
};

/// One row, before it is left out.
struct RowFigures {
  double s = 1, residual = 0, leverage = 0;
  double penalty_on_w = 0, penalty_on_step = 0;  ///< uᵀΛw, uᵀΛu
};

class LeverageWorker final {
 public:
  explicit LeverageWorker(const LeverageShared& shared)
      : shared_(shared),
        predict_(shared.risk->coordinates(), 1, shared.sparse),
        rotate_(shared.risk->coordinates(), static_cast<std::size_t>(shared.root->inverse_root.cols()), shared.sparse),
        eta_(predict_.most_rows()),
        rotated_(static_cast<Index>(predict_.most_rows()), shared.root->inverse_root.cols()) {
    reset();
  }

  std::size_t most_rows() const { return predict_.most_rows(); }
  void reset() {
    const std::size_t width = shared_.options->dfbetas ? shared_.risk->width() : 0;
    largest.assign(width, kNaN);
    largest_row.assign(width, 0);
  }
  void merge(const LeverageWorker& right) {
    for (std::size_t j = 0; j < largest.size(); ++j) offer(j, right.largest[j], right.largest_row[j]);
  }

  void add(const RowBlock& rows) {
    const auto count = static_cast<Index>(rows.rows);
    predict_.load(rows);
    rotate_.load(rows);
    predict_.multiply(shared_.w, eta_.data());
    rotate_.multiply(shared_.rotation, rotated_.data());
    if (shared_.needs_solution) solution_ = rotated_.topRows(count) * shared_.root->inverse_root.transpose();
    for (Index i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      RowFigures row;
      row.s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      row.residual = rows.target[i] - eta_[at];
      row.leverage = rotated_.row(i).squaredNorm();
      if (shared_.needs_solution) {
        row.penalty_on_w = solution_.row(i).dot(shared_.penalty_times_w);
        row.penalty_on_step = solution_.row(i).cwiseAbs2().dot(shared_.penalty);
      }
      const double step = leave_out(row, rows.target[i], rows.first_row + at);
      if (!shared_.coefficients.directions.size()) continue;
      add_coefficients(i, step, rows.first_row + at);
    }
  }

  std::vector<double> largest;
  std::vector<std::size_t> largest_row;

 private:
  /// Writes the figures of a row and returns c/σ₍ᵢ₎.
  double leave_out(const RowFigures& row, double target, std::size_t at) {
    LeverageRows& out = *shared_.out;
    const LeastSquaresRoot& root = *shared_.root;
    const double copy = std::min(row.s, 1.0), n = shared_.risk->weight_sum();
    const double remainder = 1 - copy * row.leverage;
    const bool possible = remainder > kLeastRemainder;
    const double left_out = possible ? row.residual / remainder : kNaN;
    const double step = copy * left_out;
    const double spread = row.leverage - row.penalty_on_step;
    const double squares =
        root.residual_squares + 2 * step * row.penalty_on_w + step * step * spread - copy * left_out * left_out;
    const double freedom = n - copy - root.effective_parameters + copy * row.penalty_on_step / remainder;
    const double sd = freedom > 1e-9 * n ? std::sqrt(std::max(squares, 0.0) / freedom) : kNaN;
    const double usual_sd = std::sqrt(root.residual_variance);
    out.leverage[at] = row.leverage;
    out.residual[at] = row.residual;
    out.left_out_prediction[at] = target - left_out;
    out.studentised[at] = possible ? row.residual / (usual_sd * std::sqrt(remainder)) : kNaN;
    out.externally[at] = possible ? row.residual / (sd * std::sqrt(remainder)) : kNaN;
    out.cooks_distance[at] = step * step * spread / (root.effective_parameters * root.residual_variance);
    return step / sd;
  }

  void add_coefficients(Index i, double step, std::size_t row) {
    const std::vector<std::size_t>& chosen = shared_.options->chosen_rows;
    const bool wanted = std::find(chosen.begin(), chosen.end(), row) != chosen.end();
    if (!wanted && largest.empty()) return;
    const CoefficientScale& scale = shared_.coefficients;
    const Vector change = scale.directions.transpose() * solution_.row(i).transpose();
    const Vector dfbetas = step * change.cwiseProduct(scale.inverse_sd);
    for (std::size_t j = 0; j < largest.size(); ++j) offer(j, dfbetas[static_cast<Index>(j)], row);
    for (std::size_t c = 0; wanted && c < chosen.size(); ++c) {
      if (chosen[c] == row) shared_.out->dfbetas[c].assign(dfbetas.begin(), dfbetas.end());
    }
  }

  void offer(std::size_t j, double value, std::size_t row) {
    if (!(std::fabs(value) > std::fabs(largest[j])) && !(std::isnan(largest[j]) && !std::isnan(value))) return;
    largest[j] = value;
    largest_row[j] = row;
  }

  const LeverageShared& shared_;
  RowVerbs predict_, rotate_;
  std::vector<double> eta_;
  RowMajor rotated_, solution_;
};

}  // namespace

LeverageRows leverage_rows(EmpiricalRisk& risk, const LeastSquaresRoot& root, const LeverageOptions& options,
                           Progress& progress) {
  const std::size_t n = risk.source().rows();
  for (const std::size_t row : options.chosen_rows) require(row < n, "leverage_rows", "chosen_rows", "rows of the fit");
  LeverageRows out;
  for (Buffer<double>* table : {&out.leverage, &out.residual, &out.left_out_prediction, &out.studentised,
                                &out.externally, &out.cooks_distance}) {
    *table = Buffer<double>(n);
  }
  out.dfbetas.resize(options.chosen_rows.size());
  LeverageShared shared;
  shared.risk = &risk;
  shared.root = &root;
  shared.options = &options;
  shared.out = &out;
  shared.sparse = risk.source().sparse();
  const Coordinates& at = risk.coordinates();
  if (options.dfbetas || !options.chosen_rows.empty()) shared.coefficients = coefficient_scale(at, root);
  shared.needs_solution = risk.l2() > 0 || shared.coefficients.directions.size() > 0;
  shared.penalty = Vector::Zero(static_cast<Index>(risk.width()));
  for (std::size_t j = 0; j < at.features(); ++j) {
    shared.penalty[static_cast<Index>(j)] = risk.weight_sum() * risk.l2() * at.penalty_factor[j];
  }
  shared.penalty_times_w = shared.penalty.cwiseProduct(root.w);
  RowVerbs(at, 1, shared.sparse, 1).translate(root.w.data(), shared.w);
  RowVerbs(at, static_cast<std::size_t>(root.inverse_root.cols()), shared.sparse, 1)
      .translate(root.inverse_root.data(), shared.rotation);
  const auto sums = reduce_tiles<LeverageWorker>(risk.source(), progress, [&] { return LeverageWorker(shared); });
  out.largest_dfbetas = std::move(sums->worker.largest);
  out.largest_dfbetas_row = std::move(sums->worker.largest_row);
  return out;
}

}  // namespace plumbline
